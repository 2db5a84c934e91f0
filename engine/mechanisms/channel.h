#pragma once

#include "engine/base/name_journal.h"
#include "engine/base/option.h"
#include "engine/mechanisms/endpoint.h"
#include "engine/mechanisms/lock_state.h"
#include "engine/mechanisms/traits.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ipclab {

/// What an option was asked to be and what the kernel made of it.
struct EffectiveSetting {
    std::string id;
    std::string label;
    std::string requested; ///< "default" where nothing was asked
    std::string effective;
    bool operator==(const EffectiveSetting&) const = default;
};

enum class CapacityUnit { Bytes, Messages };

/// How much a channel holds before it would block.
struct Capacity {
    std::uint64_t amount = 0;
    CapacityUnit unit = CapacityUnit::Bytes;
    std::uint64_t overheadPerMessage = 0; ///< bytes above its own that a message of the largest size takes
    std::uint64_t readAhead = 0; ///< what may besides be taken out and not yet looked at, in the same unit
    std::string saidBy = {}; ///< what to ask for it: "F_GETPIPE_SZ"; empty where it is known without asking
    bool operator==(const Capacity&) const = default;
};

/// Where one worker sees a piece of shared memory. The kernel chooses for each process anew.
struct MappedAddress {
    std::string worker; ///< its role
    std::uint64_t address = 0;
    bool operator==(const MappedAddress&) const = default;
};

/// One kernel object of a channel, for the list in a run's details. kernel_object.h asks the kernel for all
/// of it but the addresses, which the run fills in.
struct KernelObject {
    std::string kind;                  ///< "pipe", "socket pair", "POSIX message queue", "memory file"
    std::string name;                  ///< inode, path, name or key, as the kernel shows it
    std::uint64_t inode = 0;           ///< System V: the id, which stands for it in /proc/PID/maps
    std::uint64_t device = 0;          ///< the file system that the inode belongs to; 0 for System V
    std::string owner = {};            ///< user name, or number where there is none
    std::optional<unsigned> mode = {}; ///< permission bits; nothing where the kernel asks for none
    std::vector<MappedAddress> addresses = {}; ///< of shared memory, in the workers

    /// False for an eventfd: then there is neither inode nor owner nor mode.
    bool hasOwnInode() const { return !owner.empty(); }
    bool operator==(const KernelObject&) const = default;
};

/// Whether the ends of a channel in shared memory keep each other out while they change it.
enum class Locking { Off, On };

/// Which end of a channel a worker takes, and its number among those of that kind, from 0.
struct Seat {
    ChannelEnd end;
    unsigned index = 0;
};

/// What a worker needs to join a channel: descriptors to inherit and an address text. A movable value.
struct Invitation {
    std::vector<UniqueFd> descriptors;
    std::string address;
};

struct ChannelRequest {
    const Options& options;         ///< complete: withDefaults was applied
    std::size_t largestMessage = 0; ///< bytes; limits() has allowed it
    unsigned senders = 1;
    unsigned receivers = 1;
    NameJournal& journal;    ///< outlives the channel; every name goes in here first
    Wait wait = Wait::Block; ///< how the workers will wait: one of the traits' waits
    /// ByName only where whyNotByName() has nothing to say; then invitations carry no descriptors.
    Rendezvous rendezvous = Rendezvous::Inherited;
};

struct JoinRequest {
    const Options& options;
    std::size_t largestMessage = 0;
    Wait wait = Wait::Block;                       ///< that of the ChannelRequest
    Rendezvous rendezvous = Rendezvous::Inherited; ///< likewise
    /// Told the errno of each attempt that failed because the peer had not come yet; may be empty.
    std::function<void(int)> refused = {};
    /// Told how long it took to connect, where each request makes a connection of its own; may be empty.
    /// Lives as long as the endpoint.
    std::function<void(Nanoseconds)> connected = {};
};

/// The kernel objects of one channel, owned by the supervisor. The destructor removes every name.
class Channel {
public:
    virtual ~Channel() = default;

    /// Hands out one end. Once per seat; before workersStarted(). Once more for a worker that takes the place
    /// of one that has died, where Mechanism::whyNotRejoin() has nothing to say.
    virtual Invitation invite(Seat seat) = 0;

    /// Every worker has inherited its end: the supervisor's own duplicates are closed here, for they would
    /// delay end of file and EPIPE.
    virtual void workersStarted() {}

    virtual std::vector<EffectiveSetting> effective() const = 0;
    virtual std::optional<Capacity> capacity() const = 0;
    virtual std::vector<KernelObject> objects() const = 0;

    /// What the kernel itself says is queued now, in the unit of capacity(); nothing where the supervisor
    /// cannot ask.
    virtual std::optional<std::uint64_t> kernelFill() const { return std::nullopt; }

    // Only where the traits say canRace.

    /// From now on both ends take their lock, or no longer do. They notice at their next message.
    virtual void setLocking(Locking) {}
    virtual Locking locking() const { return Locking::On; }
    /// When locking is to be switched on, from the beginning of the measured window; nothing for not at all.
    virtual std::optional<Nanoseconds> locksAfter() const { return std::nullopt; }
    /// Nothing where there is no lock.
    virtual std::optional<LockState> lockState() const { return std::nullopt; }

    /// What is to be said of the channel at the end, as sentences for the event log: a lock that a dead
    /// process still holds, for instance. After the workers have ended.
    virtual std::vector<std::string> remarks() const { return {}; }
};

} // namespace ipclab
