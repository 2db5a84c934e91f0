#include "engine/experiment/experiment_file.h"

#include "engine/base/utf8.h"
#include "engine/base/wording.h"
#include "engine/experiment/key_table.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

namespace ipclab {

namespace {

using Lines = std::map<std::string, unsigned, std::less<>>;

constexpr std::string_view variantKey = "variant";
constexpr std::string_view faultKey = "fault";
constexpr std::string_view groupKey = "group";
constexpr std::size_t largestText = 1024 * 1024;
constexpr std::size_t mostVariants = 1000;
/// Every dot of a dotted key is a table within a table, which is destroyed by recursion: so many are
/// harmless.
constexpr std::ptrdiff_t mostDots = 5000;

unsigned lineOf(const toml::node& node)
{
    return node.source().begin.line;
}

/// The text that setKey takes for a value as TOML writes it; nothing for dates, times, arrays and tables.
std::optional<std::string> textOf(const toml::node& node)
{
    if (const toml::value<std::string>* text = node.as_string())
        return text->get();
    if (const toml::value<std::int64_t>* number = node.as_integer())
        return std::to_string(number->get());
    if (const toml::value<double>* number = node.as_floating_point())
        return fmt::format("{}", number->get());
    if (const toml::value<bool>* isOn = node.as_boolean())
        return isOn->get() ? "on" : "off";
    return std::nullopt;
}

/// Sets the keys of one table, and of the tables within it, in an experiment.
class TableReader final {
public:
    TableReader(Experiment& experiment, Lines& lines, std::vector<Problem>& problems)
        : m_experiment(experiment), m_lines(lines), m_problems(problems)
    {
    }

    /// Leaves out what stands at the top only, and is none of an experiment's keys.
    void readCommon(const toml::table& document)
    {
        for (const auto& [name, node] : document)
            if (name.str() != variantKey && name.str() != groupKey)
                read(std::string(name.str()), node);
    }

    void read(const toml::table& table, const std::string& prefix = {})
    {
        for (const auto& [name, node] : table)
            read(prefix + std::string(name.str()), node);
    }

private:
    void read(const std::string& key, const toml::node& node)
    {
        if (key == faultKey)
            return readFaults(node);
        if (const toml::table* inner = node.as_table(); inner && !inner->empty())
            read(*inner, key + ".");
        else
            set(key, node);
    }

    void set(const std::string& key, const toml::node& node)
    {
        const std::optional<std::string> text = textOf(node);
        if (!text && node.is_table() && isGroup(key))
            return;
        const bool isKnown = findKey(key) || splitOptionKey(key);
        if (!text && isKnown)
            return complain(key, lineOf(node), fmt::format("{} must be a text or a number", excerpt(key)));
        if (std::optional<Problem> problem = setKey(m_experiment, key, text.value_or("")))
            return complain(key, lineOf(node), std::move(problem->sentence));
        m_lines[key] = lineOf(node);
    }

    /// Those of a variant stand instead of those above it.
    void readFaults(const toml::node& node)
    {
        m_experiment.faults.clear();
        const toml::array* tables = node.as_array();
        if (!tables || tables->empty() || !tables->is_homogeneous<toml::table>())
            return complain(std::string(faultKey), lineOf(node),
                            "fault must be tables, each under a line [[fault]]");
        for (const toml::node& table : *tables) {
            Fault& fault = m_experiment.faults.emplace_back();
            m_lines[faultName(m_experiment.faults.size() - 1)] = lineOf(table);
            if (!table.as_table()->contains("kind"))
                complain(std::string(faultKey), lineOf(table), "a fault needs a kind, for instance \"stop\"");
            for (const auto& [name, part] : *table.as_table())
                readFaultPart(fault, std::string(name.str()), part);
        }
    }

    void readFaultPart(Fault& fault, const std::string& name, const toml::node& node)
    {
        const std::string key = fmt::format("{}.{}", faultKey, name);
        const std::optional<std::string> text = textOf(node);
        if (!text && std::ranges::find(faultKeys(), name) != faultKeys().end())
            return complain(key, lineOf(node), fmt::format("{} must be a text or a number", excerpt(key)));
        if (std::optional<std::string> sentence = setFaultKey(fault, name, text.value_or("")))
            complain(key, lineOf(node), std::move(*sentence));
    }

    static bool isGroup(const std::string& key)
    {
        const std::string prefix = key + ".";
        const auto isOfGroup = [&](const OptionGroup& group) { return group.prefix == prefix; };
        const auto isOfKey = [&](const Key& each) { return each.spec.id.starts_with(prefix); };
        return std::ranges::any_of(optionGroups(), isOfGroup) || std::ranges::any_of(allKeys(), isOfKey);
    }

    void complain(const std::string& key, unsigned line, std::string sentence)
    {
        m_problems.push_back({excerpt(key), line, std::move(sentence)});
    }

    Experiment& m_experiment;
    Lines& m_lines;
    std::vector<Problem>& m_problems;
};

/// A title for a variant that has none: what it sets, "Waiting: spin, Message size: 4 KiB".
std::string titleFrom(const Experiment& experiment, const Lines& ownLines)
{
    std::string title;
    const auto add = [&](const OptionSpec& spec) {
        if (!ownLines.contains(spec.id) || spec.id == "summary")
            return;
        const std::string text = keyText(experiment, spec.id);
        const auto choice = std::ranges::find(spec.choices, text, &OptionChoice::id);
        title += title.empty() ? "" : ", ";
        title += choice == spec.choices.end() ? fmt::format("{}: {}", spec.label, text) : choice->title;
    };
    for (const OptionSpec& spec : experimentKeys())
        add(spec);
    for (const OptionGroup& group : optionGroups())
        for (const OptionSpec& spec : group.keysOf(experiment))
            add(spec);
    return title;
}

class SetReader final {
public:
    ExperimentSet read(const toml::table& document)
    {
        const toml::node* variants = document.get(variantKey);
        const toml::array* tables = variants ? variants->as_array() : nullptr;
        if (variants && (!tables || tables->empty() || !tables->is_homogeneous<toml::table>()))
            return refused(lineOf(*variants), "variant must be tables, each under a line [[variant]]");

        if (tables && tables->size() > mostVariants)
            return refused(lineOf(*variants), fmt::format("there may be at most {} variants", mostVariants));

        TableReader(m_base, m_baseLines, m_set.problems).readCommon(document);
        m_set.title = m_base.title;
        m_set.summary = m_base.summary;
        readGroup(document);
        if (tables)
            for (const toml::node& table : *tables)
                addVariant(*table.as_table());
        else
            add(m_base, m_baseLines);
        return finished();
    }

private:
    void readGroup(const toml::table& document)
    {
        const toml::node* node = document.get(groupKey);
        if (node && node->is_string())
            m_set.group = node->as_string()->get();
        else if (node)
            m_set.problems.push_back({std::string(groupKey), lineOf(*node), "group must be a text"});
    }

    void addVariant(const toml::table& table)
    {
        Experiment experiment = m_base;
        Lines ownLines;
        TableReader(experiment, ownLines, m_set.problems).read(table);
        if (!ownLines.contains("title"))
            experiment.title = titleFrom(experiment, ownLines);
        ownLines.insert(m_baseLines.begin(), m_baseLines.end());
        add(std::move(experiment), std::move(ownLines));
    }

    void add(Experiment experiment, Lines lines)
    {
        m_set.experiments.push_back(std::move(experiment));
        m_set.lines.push_back(std::move(lines));
    }

    ExperimentSet refused(unsigned line, std::string sentence)
    {
        m_set.problems.push_back({std::string(variantKey), line, std::move(sentence)});
        return finished();
    }

    ExperimentSet finished()
    {
        std::ranges::stable_sort(m_set.problems, {}, &Problem::line);
        if (!m_set.problems.empty()) {
            m_set.experiments.clear();
            m_set.lines.clear();
        }
        return std::move(m_set);
    }

    Experiment m_base;
    Lines m_baseLines;
    ExperimentSet m_set;
};

ExperimentSet unreadable(unsigned line, std::string sentence)
{
    ExperimentSet set;
    set.problems.push_back({"", line, std::move(sentence)});
    return set;
}

unsigned lineAt(std::string_view text, std::size_t offset)
{
    return 1 + static_cast<unsigned>(std::ranges::count(text.substr(0, offset), '\n'));
}

} // namespace

ExperimentSet parseExperiments(std::string_view text)
{
    if (text.size() > largestText)
        return unreadable(0, "this is larger than 1 MiB, which no experiment is");
    if (const std::size_t broken = firstByteThatIsNotUtf8(text); broken != std::string_view::npos)
        return unreadable(lineAt(text, broken), "this is not text in UTF-8, as an experiment must be");
    if (std::ranges::count(text, '.') > mostDots)
        return unreadable(0, fmt::format("this has more than {} dots, which no experiment has", mostDots));
    try {
        return SetReader().read(toml::parse(text));
    } catch (const toml::parse_error& error) {
        return unreadable(error.source().begin.line,
                          fmt::format("this is not TOML: {}", error.description()));
    }
}

std::vector<Problem> problems(const ExperimentSet& set)
{
    std::vector<Problem> found = set.problems;
    for (std::size_t i = 0; i < set.experiments.size(); ++i)
        for (Problem& problem : problems(set.experiments[i])) {
            if (i < set.lines.size())
                if (const auto line = set.lines[i].find(problem.key); line != set.lines[i].end())
                    problem.line = line->second;
            if (std::ranges::find(found, problem) == found.end())
                found.push_back(std::move(problem));
        }
    return found;
}

} // namespace ipclab
