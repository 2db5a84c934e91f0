#pragma once

#include "engine/base/clock.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ipclab {

enum class OptionKind { Choice, Switch, Count, Size, Duration, Rate, Ratio, Number, Text };

struct OptionChoice {
    std::string id;
    std::string title;
    std::string help;
    bool operator==(const OptionChoice&) const = default;
};

/// What is wrong with a text, as the rest of a sentence that begins with the option's id; nothing if it is
/// fine.
using TextCheck = std::optional<std::string> (*)(std::string_view text);

/// One thing a user can set: form, command line, validation and documentation are all made from this
/// description.
struct OptionSpec {
    std::string id;    ///< key in an experiment file, snake_case
    std::string label; ///< two or three words for a form
    std::string help;  ///< one or two sentences: what it does and what it costs
    OptionKind kind = OptionKind::Text;
    std::string initial; ///< default, as a user would write it
    /// Inclusive, in the base unit: bytes, nanoseconds, per second, or a plain number.
    std::optional<double> least = {};
    std::optional<double> most = {};
    std::string zero = {}; ///< what 0 stands for where it is no amount, in a few words: "no limit"
    std::vector<OptionChoice> choices = {}; ///< of a Choice; of a Text the usual ones, among others
    TextCheck check = nullptr;              ///< for Text only: null takes any text
    bool operator==(const OptionSpec&) const = default;
};

/// "from 4 KiB to 1 MiB", "at least 1"; empty where any amount will do.
std::string permittedRange(const OptionSpec& spec);

/// A value that does not fit its specification: the option's id and a sentence for the user.
struct OptionProblem {
    std::string id;
    std::string sentence;
};

/// What was chosen, by id, in canonical text. A value; getters assert that the option is there and
/// well-formed, so ask `problemsOf` first and read from what `withDefaults` returned.
class Options final {
public:
    void set(std::string_view id, std::string_view text)
    {
        m_texts.insert_or_assign(std::string(id), std::string(text));
    }
    void remove(std::string_view id) { m_texts.erase(std::string(id)); }
    bool has(std::string_view id) const { return m_texts.contains(std::string(id)); }

    const std::string& text(std::string_view id) const;
    bool isOn(std::string_view id) const;
    std::uint64_t count(std::string_view id) const;
    std::uint64_t size(std::string_view id) const; ///< bytes
    Nanoseconds duration(std::string_view id) const;
    double rate(std::string_view id) const; ///< per second
    double ratio(std::string_view id) const;
    double number(std::string_view id) const;

    const std::map<std::string, std::string>& all() const& { return m_texts; }
    std::map<std::string, std::string> all() && { return std::move(m_texts); } ///< safe to iterate over
    bool operator==(const Options&) const = default;

private:
    std::map<std::string, std::string> m_texts;
};

/// A sentence if `text` is no value for `spec`: wrong form, out of range (the range is named), unknown choice
/// (all are named).
std::optional<std::string> problemOf(const OptionSpec& spec, std::string_view text);

/// Unknown ids (with the nearest known one) and values that do not fit.
std::vector<OptionProblem> problemsOf(std::span<const OptionSpec> specs, const Options& chosen);

/// `chosen` in canonical form ("65536" becomes "64 KiB"), completed by every default. No problems may be
/// left.
Options withDefaults(std::span<const OptionSpec> specs, const Options& chosen);

/// What `text` stands for, where it is a 0 that is no amount; otherwise empty.
std::string_view meaningOf(const OptionSpec& spec, std::string_view text);

/// The help, and what 0 stands for.
std::string explanationOf(const OptionSpec& spec);

/// The canonical text of one value that has no problem.
std::string canonicalText(const OptionSpec& spec, std::string_view text);

} // namespace ipclab
