#include "engine/experiment/roles.h"

#include <cctype>

namespace ipclab {

namespace {

std::string capitalised(std::string_view word)
{
    std::string text(word);
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    return text;
}

void replaceAll(std::string& text, std::string_view word, std::string_view by)
{
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size()))
        text.replace(at, word.size(), by);
}

} // namespace

Roles rolesOf(ShapeKind kind, Exchange exchange)
{
    if (kind == ShapeKind::ClientServer)
        return {"client", "server"};
    if (kind == ShapeKind::Pair && exchange == Exchange::FullDuplex)
        return {"peer", "peer"};
    return {};
}

std::string inWordsOf(Roles roles, std::string text)
{
    constexpr Roles plain;
    for (const auto& [word, by] :
         {std::pair{plain.sending, roles.sending}, {plain.receiving, roles.receiving}}) {
        if (word == by)
            continue;
        replaceAll(text, word, by);
        replaceAll(text, capitalised(word), capitalised(by));
    }
    return text;
}

OptionSpec inWordsOf(Roles roles, OptionSpec spec)
{
    spec.label = inWordsOf(roles, std::move(spec.label));
    spec.help = inWordsOf(roles, std::move(spec.help));
    for (OptionChoice& choice : spec.choices) {
        choice.title = inWordsOf(roles, std::move(choice.title));
        choice.help = inWordsOf(roles, std::move(choice.help));
    }
    return spec;
}

} // namespace ipclab
