#pragma once

#include "engine/base/option.h"
#include "engine/base/unique_fd.h"
#include "engine/mechanisms/mechanism.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ipclab {

/// The options "send_buffer" and "receive_buffer"; what they do to this kind of socket is said by the caller.
/// 0 B leaves the kernel's default.
std::vector<OptionSpec> bufferOptions(std::string sendHelp, std::string receiveHelp);

/// Asks for what the options say. The kernel caps it silently and doubles it: see the effective sizes.
void requestBuffers(const UniqueFd& socket, const Options& options);

/// What the kernel has made of it, in bytes, its own bookkeeping included.
std::uint64_t effectiveSendBuffer(const UniqueFd& socket);
std::uint64_t effectiveReceiveBuffer(const UniqueFd& socket);

/// What the kernel charges to the send buffer above so many bytes, or as many as fit, that are sent in one
/// piece over `trial`: a socket made for this question.
std::uint64_t overheadOf(const UniqueFd& trial, std::uint64_t bytes);

/// How the two options came out, the effective values in words.
std::vector<EffectiveSetting> bufferSettings(const Options& options, std::string send, std::string receive);

} // namespace ipclab
