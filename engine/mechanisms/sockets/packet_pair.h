#pragma once

#include "engine/base/unique_fd.h"
#include "engine/mechanisms/mechanism.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ipclab {

/// A connected pair of Unix sockets of sequenced packets, for mechanisms that send something small about each
/// message: where it lies, or the descriptor with which to get it. The kernel lets no more packets wait than
/// fit, so that the pair bounds how many messages are on their way; and each end hears when the other has
/// gone.
struct PacketPair {
    UniqueFd sender;
    UniqueFd receiver;
    std::uint64_t length = 0; ///< packets that fit, exactly
};

enum class PacketContent { Bytes, BytesAndDescriptor };

/// `length` is a wish: the kernel has a smallest and a largest buffer. All packets must be of `packetSize`
/// bytes, with a descriptor each if that is their `content`.
PacketPair makePacketPair(std::uint64_t length, std::size_t packetSize, PacketContent content);

/// The option "queue_length" and how it came out.
OptionSpec queueLengthOption();
EffectiveSetting queueLengthSetting(const Options& options, std::uint64_t length);

/// A channel that is such a pair: `settings` are what its mechanism has to say of its options.
std::unique_ptr<Channel> makePacketChannel(PacketPair pair, std::vector<EffectiveSetting> settings);

/// Sends a packet, with `passed` as a descriptor unless that is -1, or returns -1 with errno as sendmsg(2).
ssize_t sendPacket(const UniqueFd& socket, std::span<const std::byte> packet, int passed, Deadline deadline);

/// Waits for the peer's first packet, of exactly this size. Throws FailureError if it has not come after 10
/// s.
void receiveGreeting(const UniqueFd& socket, std::span<std::byte> packet);

} // namespace ipclab
