#include "tests/support/storm_parts.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

namespace ipclab {

namespace {

namespace files = std::filesystem;

} // namespace

std::string StormResult::text() const
{
    std::string text = fmt::format("{} kills, {} hung", kills, hung);
    for (const std::string& each : wrong)
        text += "\n  wrong: " + each;
    for (const std::string& each : leftovers)
        text += "\n  left: " + each;
    return text;
}

std::vector<std::string> journalsIn(const std::string& directory)
{
    std::vector<std::string> journals;
    std::error_code error;
    for (files::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error))
        if (entry->path().filename().string().starts_with("journal-"))
            journals.push_back(entry->path().string());
    return journals;
}

std::vector<NamedObject> listedIn(const std::vector<std::string>& journals)
{
    std::vector<NamedObject> objects;
    for (const std::string& journal : journals) {
        std::ifstream file(journal);
        std::string sign;
        std::string kind;
        std::string name;
        while (file >> sign >> kind && std::getline(file >> std::ws, name))
            for (const NameKind each : allNameKinds)
                if (sign == "+" && kind == word(each))
                    objects.push_back({each, name});
    }
    return objects;
}

void noteRemaining(StormResult& result, const std::vector<NamedObject>& objects, const std::string& when)
{
    for (const NamedObject& object : objects)
        if (removeNamedObject(object))
            result.leftovers.push_back(fmt::format("{}: {}", when, describe(object)));
}

std::vector<const Mechanism*> offeredMechanisms()
{
    constexpr std::size_t turnsWithLocks = 4;
    std::vector<const Mechanism*> offered;
    for (const Mechanism* mechanism : allMechanisms())
        if (!mechanism->unavailable())
            offered.insert(offered.end(), mechanism->info().traits.canRace ? turnsWithLocks : 1, mechanism);
    return offered;
}

} // namespace ipclab
