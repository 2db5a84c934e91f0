#include "engine/mechanisms/complexity/source_text.h"

#include "engine/mechanisms/complexity/letters.h"

#include <algorithm>
#include <cctype>

namespace ipclab {

namespace {

/// Where the comment or literal that begins at `at` ends, or `at` itself where none begins.
class Lexer final {
public:
    explicit Lexer(std::string_view text) : m_text(text) {}

    std::size_t endOfComment(std::size_t at) const
    {
        if (startsWith(at, "//"))
            return std::min(m_text.find('\n', at), m_text.size());
        return startsWith(at, "/*") ? behind("*/", at + 2) : at;
    }

    std::size_t endOfLiteral(std::size_t at) const
    {
        if (startsWith(at, "R\"") && (at == 0 || !isWord(m_text[at - 1]))) {
            const std::size_t open = m_text.find('(', at);
            if (open == std::string_view::npos)
                return m_text.size();
            return behind(")" + std::string(m_text.substr(at + 2, open - at - 2)) + "\"", open);
        }
        // 1'000 is one number.
        const bool isSeparator = m_text[at] == '\'' && at > 0 && isWord(m_text[at - 1]);
        if ((m_text[at] != '"' && m_text[at] != '\'') || isSeparator)
            return at;
        for (std::size_t end = at + 1; end < m_text.size(); ++end) {
            if (m_text[end] == '\\')
                ++end;
            else if (m_text[end] == m_text[at])
                return end + 1;
        }
        return m_text.size();
    }

private:
    bool startsWith(std::size_t at, std::string_view sign) const
    {
        return m_text.substr(at, sign.size()) == sign;
    }

    std::size_t behind(std::string_view sign, std::size_t from) const
    {
        const std::size_t found = m_text.find(sign, from);
        return found == std::string_view::npos ? m_text.size() : found + sign.size();
    }

    std::string_view m_text;
};

void blank(std::string& text, std::size_t from, std::size_t to)
{
    for (std::size_t at = from; at < to; ++at)
        if (text[at] != '\n')
            text[at] = ' ';
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && isSpace(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back()))
        text.remove_suffix(1);
    return text;
}

template <typename Visit>
void forEachLine(std::string_view text, Visit visit)
{
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (!visit(text.substr(0, end)))
            return;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

/// Without preprocessor lines, of which definitions know nothing.
std::string withoutDirectives(std::string_view bareText)
{
    std::string text(bareText);
    std::size_t begin = 0;
    while (begin < text.size()) {
        std::size_t end = std::min(text.find('\n', begin), text.size());
        if (trimmed(std::string_view(text).substr(begin, end - begin)).starts_with('#')) {
            while (end < text.size() && text[end - 1] == '\\')
                end = std::min(text.find('\n', end + 1), text.size());
            blank(text, begin, end);
        }
        begin = end + 1;
    }
    return text;
}

std::size_t lastWordBegin(std::string_view text)
{
    std::size_t begin = text.size();
    while (begin > 0 && (isWord(text[begin - 1]) || text[begin - 1] == ':' || text[begin - 1] == '~'))
        --begin;
    return begin;
}

bool isClassKey(std::string_view word)
{
    return word == "class" || word == "struct" || word == "union" || word == "enum";
}

/// "Mapping" of `Mapping::faultIn`.
std::string firstComponent(std::string_view qualified)
{
    return std::string(qualified.substr(0, qualified.find("::")));
}

/// Of what comes before the first brace, equals sign or semicolon.
std::string nameOf(std::string_view head)
{
    if (head.starts_with("[["))
        head = trimmed(head.substr(std::min(head.find("]]") + 2, head.size())));
    // Parameters of a template come before what it is.
    if (head.starts_with("template"))
        head = trimmed(head.substr(std::min(head.find('>') + 1, head.size())));
    const std::vector<std::string_view> words = identifiersIn(head);
    if (words.empty())
        return {};
    if (words.front() == "using")
        return words.size() > 1 ? std::string(words[1]) : std::string();
    const auto key = std::ranges::find_if(words, isClassKey);
    if (key == words.begin()) {
        const auto name = std::ranges::find_if_not(key, words.end(), isClassKey);
        return name == words.end() ? std::string() : std::string(*name);
    }
    if (const std::size_t called = head.find("operator"); called != std::string_view::npos)
        head = head.substr(0, called);
    else
        head = head.substr(0, head.find_first_of("([")); // an array's extent comes behind its name, too
    head = trimmed(head);
    return firstComponent(head.substr(lastWordBegin(head)));
}

/// Goes through code at namespace scope, definition by definition.
class Scanner final {
public:
    explicit Scanner(std::string_view code) : m_code(code) {}

    std::vector<Definition> scan()
    {
        while (skipToDefinition()) {
            const std::size_t begin = m_at;
            const std::size_t headEnd = std::min(m_code.find_first_of("{;", begin), m_code.size());
            const std::string_view head = trimmed(m_code.substr(begin, headEnd - begin));
            if (isNamespace(head) && headEnd < m_code.size() && m_code[headEnd] == '{') {
                m_at = headEnd + 1;
                continue;
            }
            m_at = endOfDefinition(begin);
            m_found.push_back({nameOf(head.substr(0, head.find('='))),
                               std::string(m_code.substr(begin, m_at - begin)), begin});
        }
        return std::move(m_found);
    }

private:
    /// The brace that closes a namespace belongs to no definition.
    bool skipToDefinition()
    {
        while (m_at < m_code.size() && (isSpace(m_code[m_at]) || m_code[m_at] == '}' || m_code[m_at] == ';'))
            ++m_at;
        return m_at < m_code.size();
    }

    static bool isNamespace(std::string_view head)
    {
        return head.starts_with("namespace") || head.starts_with("inline namespace");
    }

    /// Behind the semicolon, or behind the brace that closes a function's body.
    std::size_t endOfDefinition(std::size_t at) const
    {
        int depth = 0;
        for (; at < m_code.size(); ++at) {
            const char sign = m_code[at];
            if (sign == '{' || sign == '(')
                ++depth;
            else if (sign == '}' || sign == ')')
                --depth;
            if (depth == 0 && (sign == ';' || (sign == '}' && nothingFollows(at))))
                return at + 1;
        }
        return at;
    }

    /// Braces also initialise members before a body, or a variable before its semicolon.
    bool nothingFollows(std::size_t brace) const
    {
        const std::size_t next = m_code.find_first_not_of(" \t\n", brace + 1);
        return next == std::string_view::npos ||
               std::string_view(";,{").find(m_code[next]) == std::string_view::npos;
    }

    std::string_view m_code;
    std::size_t m_at = 0;
    std::vector<Definition> m_found;
};

} // namespace

std::string bareCode(std::string_view text)
{
    const Lexer lexer(text);
    std::string bare(text);
    std::size_t at = 0;
    while (at < text.size()) {
        if (const std::size_t end = lexer.endOfComment(at); end > at) {
            blank(bare, at, end);
            at = end;
        } else if (const std::size_t behind = lexer.endOfLiteral(at); behind > at) {
            blank(bare, at + 1, behind - 1); // the quotes keep the line from being blank
            at = behind;
        } else {
            ++at;
        }
    }
    return bare;
}

unsigned countLines(std::string_view bareText)
{
    unsigned lines = 0;
    forEachLine(bareText, [&lines](std::string_view line) {
        lines += trimmed(line).empty() ? 0U : 1U;
        return true;
    });
    return lines;
}

std::string openingComment(std::string_view text)
{
    std::string comment;
    forEachLine(text, [&comment](std::string_view line) {
        if (!line.starts_with("//"))
            return false;
        const std::string_view words = trimmed(line.substr(2));
        const bool beginsParagraph = comment.empty() || comment.ends_with('\n');
        comment += words.empty() ? "\n\n" : beginsParagraph ? "" : " ";
        comment += words;
        return true;
    });
    return comment;
}

std::vector<std::string> quotedIncludes(std::string_view text)
{
    std::vector<std::string> files;
    forEachLine(text, [&files](std::string_view line) {
        const std::size_t begin = line.find('"');
        const std::size_t end = line.rfind('"');
        if (trimmed(line).starts_with("#include") && begin != std::string_view::npos && end > begin)
            files.emplace_back(line.substr(begin + 1, end - begin - 1));
        return true;
    });
    return files;
}

std::vector<std::string_view> identifiersIn(std::string_view bareText)
{
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < bareText.size();) {
        std::size_t end = at;
        while (end < bareText.size() && isWord(bareText[end]))
            ++end;
        if (end > at && std::isdigit(static_cast<unsigned char>(bareText[at])) == 0)
            words.push_back(bareText.substr(at, end - at));
        at = std::max(end, at + 1);
    }
    return words;
}

std::vector<std::string> globalCallsIn(std::string_view bareText)
{
    constexpr std::string_view direct = "SYS_";
    std::vector<std::string> calls;
    for (std::size_t at = bareText.find("::"); at != std::string_view::npos;
         at = bareText.find("::", at + 2)) {
        std::size_t end = at + 2;
        while (end < bareText.size() && isWord(bareText[end]))
            ++end;
        const bool isQualified = at > 0 && (isWord(bareText[at - 1]) || bareText[at - 1] == '>');
        const bool isPassedOn = at > 0 && bareText[at - 1] == '&';
        if (isQualified || end == at + 2 || end == bareText.size() || (bareText[end] != '(' && !isPassedOn))
            continue;
        std::string_view name = bareText.substr(at + 2, end - at - 2);
        if (name == "syscall" && bareText.substr(end + 1, direct.size()) == direct) {
            const std::size_t begin = end + 1 + direct.size();
            name = bareText.substr(begin, bareText.find_first_of(",)", begin) - begin);
        }
        calls.emplace_back(name);
    }
    return calls;
}

std::vector<std::string> hostLimitsIn(std::string_view text)
{
    std::vector<std::string> limits;
    for (const std::string_view begin : {"/proc/sys/", "net.", "kernel.", "fs.", "vm."}) {
        const bool isPath = begin.front() == '/';
        for (std::size_t at = text.find(begin); at != std::string_view::npos; at = text.find(begin, at + 1)) {
            if (at > 0 && (isWord(text[at - 1]) || text[at - 1] == '.'))
                continue;
            std::size_t end = at + begin.size();
            while (end < text.size() &&
                   (isWord(text[end]) || text[end] == '-' || text[end] == (isPath ? '/' : '.')))
                ++end;
            std::string name(
                text.substr(isPath ? at + begin.size() : at, isPath ? end - at - begin.size() : end - at));
            std::ranges::replace(name, '/', '.');
            if (name.ends_with('.')) // of the sentence
                name.pop_back();
            limits.push_back(std::move(name));
        }
    }
    for (const std::string_view word : identifiersIn(text))
        if (word.starts_with("RLIMIT_"))
            limits.emplace_back(word);
    return limits;
}

std::vector<Definition> definitionsIn(std::string_view bareText)
{
    const std::string code = withoutDirectives(bareText);
    return Scanner(code).scan();
}

} // namespace ipclab
