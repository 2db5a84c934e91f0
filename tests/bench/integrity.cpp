// Whether every mechanism that is said to lose nothing loses nothing: ten million messages over each, and of
// them none lost, repeated, reordered or corrupt.

#include "engine/mechanisms/catalog.h"
#include "tests/support/integrity_run.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

using namespace ipclab;

namespace {

struct Settings {
    std::uint64_t messages = 10'000'000;
    std::vector<std::string> mechanisms;
};

bool isWanted(const Mechanism& mechanism, const Settings& settings)
{
    const bool isNamed =
        settings.mechanisms.empty() || std::ranges::count(settings.mechanisms, mechanism.info().id) > 0;
    return isNamed && losesNothing(mechanism);
}

/// True if all came, once and in order.
bool deliversAll(const Mechanism& mechanism, std::uint64_t messages)
{
    if (const auto lack = mechanism.unavailable()) {
        fmt::print("      {:<19}skipped, because {}\n", mechanism.info().id, lack->clause());
        return true;
    }
    const IntegrityRun run(mechanism, messages);
    fmt::print("{:<6}{}\n", run.isIntact() ? "ok" : "FAIL", run.text());
    std::fflush(stdout);
    return run.isIntact();
}

} // namespace

int main(int argumentCount, char** arguments)
{
    Settings settings;
    CLI::App app{
        "Sends many messages over every mechanism that loses none, and counts what is wrong with them."};
    app.add_option("--messages", settings.messages, "Over each mechanism")->capture_default_str();
    app.add_option("--mechanism", settings.mechanisms, "Only these mechanisms");
    CLI11_PARSE(app, argumentCount, arguments);
    bool isIntact = true;
    try {
        for (const Mechanism* mechanism : allMechanisms())
            if (isWanted(*mechanism, settings))
                isIntact = deliversAll(*mechanism, settings.messages) && isIntact;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
    return isIntact ? 0 : 1;
}
