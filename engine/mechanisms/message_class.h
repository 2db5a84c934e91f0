#pragma once

#include "engine/base/option.h"

#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

/// One of the kinds into which a mechanism sorts its messages, so that they need not come out as they went
/// in: a priority, a type. A class is named by its index in the list of them; 0 is the ordinary one.
struct MessageClass {
    std::string title; ///< "priority 1", "type 2"
    double share = 1;  ///< of all messages, at least 0.01 %; the shares of all classes make 1
    bool operator==(const MessageClass&) const = default;
};

inline constexpr unsigned mostMessageClasses = 8;

/// Instead of a class: a sender's last word, to be delivered after everything that the receiver takes.
inline constexpr unsigned lastWordClass = ~0U;

/// For a text option: "80 %, 20 %", a share for each class, which together make 100 %.
std::optional<std::string> problemOfShares(std::string_view text);

/// The classes of a text that has no problem: `noun` and a number that begins with `first` make the title.
std::vector<MessageClass> classesFromShares(std::string_view text, std::string_view noun, unsigned first);

} // namespace ipclab
