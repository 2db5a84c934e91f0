#include "gui/source_highlighter.h"

#include <QRegularExpression>
#include <QSet>
#include <QTextCharFormat>

namespace ipclab {

namespace {

bool isKeyword(const QString& word)
{
    static const QSet<QString> keywords{"alignas",
                                        "auto",
                                        "bool",
                                        "break",
                                        "case",
                                        "catch",
                                        "char",
                                        "class",
                                        "const",
                                        "constexpr",
                                        "continue",
                                        "default",
                                        "delete",
                                        "do",
                                        "double",
                                        "else",
                                        "enum",
                                        "explicit",
                                        "false",
                                        "final",
                                        "for",
                                        "friend",
                                        "if",
                                        "inline",
                                        "int",
                                        "long",
                                        "mutable",
                                        "namespace",
                                        "new",
                                        "noexcept",
                                        "nullptr",
                                        "operator",
                                        "override",
                                        "private",
                                        "protected",
                                        "public",
                                        "reinterpret_cast",
                                        "return",
                                        "short",
                                        "signed",
                                        "sizeof",
                                        "static",
                                        "static_assert",
                                        "static_cast",
                                        "struct",
                                        "switch",
                                        "template",
                                        "this",
                                        "throw",
                                        "true",
                                        "try",
                                        "typename",
                                        "union",
                                        "unsigned",
                                        "using",
                                        "virtual",
                                        "void",
                                        "volatile",
                                        "while"};
    return keywords.contains(word);
}

/// Whichever begins first at a place of code: comments, literals, calls of the kernel, words, numbers.
const QRegularExpression& tokens()
{
    static const QRegularExpression pattern(
        R"((?<line>//.*)|(?<block>/\*)|(?<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])')|)"
        R"((?<![\w>])::(?<call>\w+)(?=\()|(?<word>[A-Za-z_]\w*)|(?<number>\d[\w'.]*))");
    return pattern;
}

} // namespace

SourceHighlighter::SourceHighlighter(QTextDocument* document, Theme theme)
    : QSyntaxHighlighter(document), m_theme(theme)
{
}

void SourceHighlighter::setTheme(Theme theme)
{
    if (theme == m_theme)
        return;
    m_theme = theme;
    rehighlight();
}

void SourceHighlighter::highlightBlock(const QString& text)
{
    setCurrentBlockState(Code);
    qsizetype at = continueComment(text);
    if (at == 0 && text.trimmed().startsWith('#'))
        return colour(0, text.size(), ColourRole::Event);
    while (at >= 0 && at < text.size()) {
        const QRegularExpressionMatch match = tokens().match(text, at);
        if (!match.hasMatch())
            return;
        at = match.capturedEnd();
        if (match.hasCaptured(u"line")) {
            colour(match.capturedStart(), text.size() - match.capturedStart(), ColourRole::MutedText);
        } else if (match.hasCaptured(u"block")) {
            setCurrentBlockState(InComment);
            const qsizetype end = text.indexOf(QLatin1String("*/"), at);
            at = end < 0 ? text.size() : end + 2;
            setCurrentBlockState(end < 0 ? InComment : Code);
            colour(match.capturedStart(), at - match.capturedStart(), ColourRole::MutedText);
        } else if (match.hasCaptured(u"string")) {
            colour(match.capturedStart(), match.capturedLength(), ColourRole::Percentile90);
        } else if (match.hasCaptured(u"call")) {
            colour(match.capturedStart(u"call"), match.capturedLength(u"call"), ColourRole::Capacity, true);
        } else if (match.hasCaptured(u"number")) {
            colour(match.capturedStart(), match.capturedLength(), ColourRole::Capacity);
        } else if (isKeyword(match.captured(u"word"))) {
            colour(match.capturedStart(), match.capturedLength(), ColourRole::Selection, true);
        }
    }
}

qsizetype SourceHighlighter::continueComment(const QString& text)
{
    if (previousBlockState() != InComment)
        return 0;
    const qsizetype end = text.indexOf(QLatin1String("*/"));
    setCurrentBlockState(end < 0 ? InComment : Code);
    const qsizetype behind = end < 0 ? text.size() : end + 2;
    colour(0, behind, ColourRole::MutedText);
    return behind;
}

void SourceHighlighter::colour(qsizetype begin, qsizetype length, ColourRole role, bool isBold)
{
    QTextCharFormat format;
    format.setForeground(m_theme.colour(role));
    if (isBold)
        format.setFontWeight(QFont::DemiBold);
    format.setFontItalic(role == ColourRole::MutedText);
    setFormat(static_cast<int>(begin), static_cast<int>(length), format);
}

} // namespace ipclab
