#include "engine/run/processes/process_inspector.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

namespace ipclab {

namespace {

constexpr unsigned belongingsEvery = 4;

bool isSocket(const std::string& target)
{
    return target.starts_with("socket:[");
}

void addOnce(std::vector<std::string>& roles, const std::string& role)
{
    if (std::ranges::find(roles, role) == roles.end())
        roles.push_back(role);
}

void noteDescriptors(std::vector<OpenDescriptor>& own, const Neighbourhood::Neighbour& other,
                     Neighbourhood& neighbours)
{
    for (OpenDescriptor& descriptor : own) {
        const std::string otherEnd =
            isSocket(descriptor.target) ? neighbours.socketPeers().peerOf(descriptor.target) : std::string();
        const auto isIt = [&](const std::string& identity) {
            return !identity.empty() && (identity == descriptor.identity || identity == otherEnd);
        };
        if (std::ranges::any_of(other.identities, isIt))
            addOnce(descriptor.sharedWith, other.worker.role);
    }
}

void noteMappings(std::vector<MemoryMapping>& own, const Neighbourhood::Neighbour& other)
{
    for (MemoryMapping& mapping : own) {
        const auto isSame = [&](const MemoryMapping& each) {
            return each.inode == mapping.inode && each.name == mapping.name;
        };
        if (mapping.isShared() && std::ranges::any_of(other.shared, isSame))
            addOnce(mapping.sharedWith, other.worker.role);
    }
}

double perSecond(std::uint64_t newer, std::uint64_t older, double seconds)
{
    return newer > older ? static_cast<double>(newer - older) / seconds : 0;
}

} // namespace

const Inspection& ProcessInspector::inspect(Neighbourhood& neighbours)
{
    m_last.pid = m_pid;
    const std::optional<ProcessActivity> newer = readActivity(m_pid);
    const Nanoseconds at = now();
    m_last.hasRates = m_count > 0;
    m_last.isGone = !newer || newer->state == 'Z' || newer->state == 'X';
    if (m_last.isGone) {
        m_last.userShare = m_last.systemShare = 0;
        m_last.voluntaryPerSecond = m_last.involuntaryPerSecond = m_last.faultsPerSecond = 0;
        m_last.activity.place = {};
        m_last.waitSentence.clear();
        return m_last;
    }
    if (m_count > 0)
        noteRates(*newer, at);
    m_last.activity = *newer;
    if (m_count++ % belongingsEvery == 0) {
        m_last.belongings = readBelongings(m_pid);
        noteSharing(neighbours);
    }
    m_last.waitSentence = waitSentence();
    m_at = at;
    return m_last;
}

void ProcessInspector::noteRates(const ProcessActivity& newer, Nanoseconds at)
{
    const ProcessActivity& older = m_last.activity;
    const double seconds = std::chrono::duration<double>(at - m_at).count();
    if (seconds <= 0)
        return;
    const auto share = [seconds](Nanoseconds time) {
        return std::chrono::duration<double>(time).count() / seconds;
    };
    m_last.userShare = share(newer.user - older.user);
    m_last.systemShare = share(newer.system - older.system);
    m_last.voluntaryPerSecond = perSecond(newer.voluntarySwitches, older.voluntarySwitches, seconds);
    m_last.involuntaryPerSecond = perSecond(newer.involuntarySwitches, older.involuntarySwitches, seconds);
    m_last.faultsPerSecond =
        perSecond(newer.minorFaults + newer.majorFaults, older.minorFaults + older.majorFaults, seconds);
}

void ProcessInspector::noteSharing(Neighbourhood& neighbours)
{
    for (const Neighbourhood::Neighbour& other : neighbours.neighbours()) {
        if (other.worker.pid == m_pid)
            continue;
        noteDescriptors(m_last.belongings.descriptors, other, neighbours);
        noteMappings(m_last.belongings.mappings, other);
    }
}

std::string ProcessInspector::waitSentence() const
{
    const WaitPlace& place = m_last.activity.place;
    std::string sentence(explainWait(place));
    if (sentence.empty() && !place.function.empty())
        sentence = fmt::format("asleep in {}", place.function);
    const auto& descriptors = m_last.belongings.descriptors;
    const auto used = std::ranges::find(descriptors, place.descriptor, &OpenDescriptor::number);
    if (sentence.empty() || used == descriptors.end())
        return sentence;
    sentence += fmt::format(": {} of descriptor {}", place.call, place.descriptor);
    if (!used->sharedWith.empty())
        sentence += fmt::format(", which leads to {}", fmt::join(used->sharedWith, ", "));
    return sentence;
}

std::string describeTarget(const std::string& target)
{
    constexpr std::string_view memoryFile = "/memfd:";
    constexpr std::string_view deleted = " (deleted)";
    constexpr std::string_view anonymous = "anon_inode:";
    std::string name = target;
    if (name.ends_with(deleted))
        name.resize(name.size() - deleted.size());
    if (name.starts_with(memoryFile))
        return "memory file " + name.substr(memoryFile.size());
    if (name.starts_with("pipe:"))
        return "pipe";
    if (name.starts_with("socket:"))
        return "socket";
    if (name.starts_with(anonymous)) {
        name.erase(0, anonymous.size());
        std::erase_if(name, [](char letter) { return letter == '[' || letter == ']'; });
        return name;
    }
    if (name == "/dev/null")
        return "nothing";
    return "file";
}

} // namespace ipclab
