#pragma once

#include <functional>
#include <string_view>

namespace ipclab {

/// Call before any file is opened. A standard descriptor that is closed is taken by one that refuses to be
/// used, so that no file or channel gets its number and is written to by mistake; a reader that goes away is
/// an EPIPE, not the end of the program.
void prepareStandardStreams();

/// Writes to standard output, unbuffered. Throws FailureError.
void print(std::string_view text);

/// One line on standard error, with the program's name before it. When that cannot be written there is nobody
/// to tell.
void complain(std::string_view sentence);

/// What cannot be written in one place is still written in the others: false, and complains, if this step
/// throws FailureError.
bool attempt(const std::function<void()>& step);

/// Text on standard error as it stands, for progress.
void printProgress(std::string_view text);

/// Whether standard error is one, where a line may be overwritten.
bool isProgressOnTerminal();

} // namespace ipclab
