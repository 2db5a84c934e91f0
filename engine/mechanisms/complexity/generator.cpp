// Counts what is in the mechanisms' sources and writes it as a C++ source, for the build:
//     ipclab-source-figures ROOT OUTPUT DEPFILE ID…
// ROOT is the directory of the whole source. DEPFILE tells the build which files were read.

#include "engine/mechanisms/complexity/source_figures.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <set>
#include <span>
#include <string_view>

namespace ipclab {

namespace {

class SourceTree final {
public:
    explicit SourceTree(std::string root) : m_root(std::move(root)) {}

    std::string read(const std::string& path)
    {
        std::ifstream file(m_root + "/" + path);
        if (!file)
            return {};
        m_read.insert(m_root + "/" + path);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    const std::set<std::string>& filesRead() const { return m_read; }

private:
    std::string m_root;
    std::set<std::string> m_read;
};

std::string literal(std::string_view text)
{
    return fmt::format("R\"ipclab({})ipclab\"", text);
}

std::string list(const std::vector<std::string>& words)
{
    std::vector<std::string> literals;
    for (const std::string& word : words)
        literals.push_back(literal(word));
    return fmt::format("{{{}}}", fmt::join(literals, ", "));
}

std::string entry(const std::string& id, SourceTree& sources)
{
    const std::string path = "engine/mechanisms/" + id + ".cpp";
    const SourceFigures figures =
        figuresOf(path, [&sources](const std::string& file) { return sources.read(file); });
    std::vector<std::string> files;
    for (const FileShare& file : figures.files)
        files.push_back(fmt::format("{{{}, {}}}", literal(file.path), file.lines));
    return fmt::format("        {{.id = \"{}\",\n         .explanation = {},\n         .source = {},\n"
                       "         .files = {{{}}},\n         .systemCalls = {},\n         .objects = {},\n"
                       "         .removals = {},\n         .errors = {},\n         .limits = {},\n         "
                       ".failures = {}}},\n",
                       id, literal(figures.explanation), literal(sources.read(path)), fmt::join(files, ", "),
                       list(figures.systemCalls), list(figures.objects), list(figures.removals),
                       list(figures.errors), list(figures.limits), figures.failures);
}

void write(const std::string& path, const std::string& text)
{
    std::ofstream file(path);
    file << text;
    file.close();
    if (!file)
        throw std::runtime_error("cannot write " + path);
}

void generate(std::span<char*> arguments)
{
    const std::string output = arguments[1];
    SourceTree sources(arguments[0]);
    std::string text = "// Written by ipclab-source-figures from the mechanisms' sources.\n\n"
                       "#include \"engine/mechanisms/complexity.h\"\n\n"
                       "namespace ipclab {\n\n"
                       "const std::vector<Complexity>& allComplexities()\n{\n"
                       "    static const std::vector<Complexity> all{\n";
    for (const char* id : arguments.subspan(3))
        text += entry(id, sources);
    write(output, text + "    };\n    return all;\n}\n\n} // namespace ipclab\n");
    write(arguments[2], fmt::format("{}: {}\n", output, fmt::join(sources.filesRead(), " \\\n ")));
}

} // namespace

} // namespace ipclab

int main(int count, char** arguments)
{
    if (count < 5) {
        std::fputs("usage: ipclab-source-figures ROOT OUTPUT DEPFILE ID...\n", stderr);
        return 2;
    }
    try {
        ipclab::generate(std::span(arguments, static_cast<std::size_t>(count)).subspan(1));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ipclab-source-figures: %s\n", error.what());
        return 1;
    }
}
