#include "engine/mechanisms/sockets/request_connections.h"

#include "engine/base/failure.h"
#include "engine/base/mapping.h"
#include "engine/mechanisms/waits/waiting.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <sstream>
#include <system_error>
#include <vector>

namespace ipclab {

namespace {

constexpr std::string_view optionId = "connection";
constexpr std::string_view perRequest = "per_request";

/// Who closes so leaves nothing behind: what is unread is thrown away, and the other hears ECONNRESET.
void closeByReset(int socket)
{
    const linger atOnce{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
}

std::uint64_t localPorts()
{
    std::istringstream range(readSmallFile("/proc/sys/net/ipv4/ip_local_port_range"));
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    range >> first >> last;
    return last - first + 1;
}

std::string closingOf(LocalPorts ports)
{
    switch (ports) {
    case LocalPorts::Taken:
        return fmt::format("the client closes first, by a reset (SO_LINGER of 0 s), so that none of the {} "
                           "local ports waits in TIME_WAIT",
                           localPorts());
    case LocalPorts::None:
        break;
    }
    return "the client closes first; there are no ports that could be kept";
}

/// EADDRNOTAVAIL means that the local ports are used up.
void explainPorts(Failure& failure, int error)
{
    if (error != EADDRNOTAVAIL)
        return;
    failure.reason =
        "every local port is in use, or waits in TIME_WAIT for 60 s after its connection was closed";
    failure.hint = "Send fewer requests a second, or widen net.ipv4.ip_local_port_range";
}

/// What an endpoint of one connection after the other has counted.
class CountsOfAll final {
public:
    /// A connection is closed.
    void add(const TransferCounts& counts)
    {
        m_systemCalls += counts.systemCalls;
        m_partialTransfers += counts.partialTransfers;
    }
    void addCalls(unsigned calls) { m_systemCalls += calls; }

    TransferCounts with(const Endpoint* open) const
    {
        TransferCounts counts = open ? open->counts() : TransferCounts();
        counts.systemCalls += m_systemCalls;
        counts.partialTransfers += m_partialTransfers;
        return counts;
    }

private:
    std::uint64_t m_systemCalls = 0;
    std::uint64_t m_partialTransfers = 0;
};

class RequestingEndpoint final : public Endpoint {
public:
    explicit RequestingEndpoint(RequestConnections connections) : m_connections(std::move(connections)) {}

    Reservation reserve(std::size_t size, Deadline deadline) override
    {
        if (!m_open)
            if (const Outcome outcome = connect(); outcome != Outcome::Done)
                return {noted(outcome)};
        return m_open->reserve(size, deadline);
    }

    Outcome commit(Deadline deadline) override { return noted(m_open->commit(deadline)); }

    bool abandon() override { return m_open->abandon(); }

    /// The answer is kept, its connection is not.
    Received receive(Deadline deadline) override
    {
        if (!m_open)
            return {Outcome::WouldBlock};
        const Received received = m_open->receive(deadline);
        if (received.outcome != Outcome::Done)
            return {noted(received.outcome)};
        m_answer.assign(received.message.begin(), received.message.end());
        closeByReset(m_open->pollDescriptor());
        m_past.add(m_open->counts());
        m_past.addCalls(2); // setsockopt and close
        m_open.reset();
        noted(Outcome::Done);
        return {Outcome::Done, m_answer};
    }

    int pollDescriptor() const override { return m_open ? m_open->pollDescriptor() : -1; }

private:
    /// PeerClosed if nobody listens any more.
    Outcome connect()
    {
        const Nanoseconds begun = now();
        try {
            UniqueFd socket = m_connections.connect();
            if (m_connections.connected)
                m_connections.connected(now() - begun);
            m_open = m_connections.endpoint(std::move(socket));
        } catch (const FailureError& error) {
            return afterFailure(error.failure().error);
        } catch (const std::system_error& error) {
            return afterFailure(error.code().value());
        }
        m_past.addCalls(2); // socket and connect
        return Outcome::Done;
    }

    /// An attempt that a signal cut short is thrown away with its socket; the server finds that nobody is
    /// there.
    Outcome afterFailure(int error)
    {
        if (error == EINTR)
            return Outcome::Interrupted;
        if (error != ECONNREFUSED && error != ENOENT)
            throw FailureError(explainConnect(error, m_connections.ports));
        m_closedBy = error;
        return Outcome::PeerClosed;
    }

    Outcome noted(Outcome outcome)
    {
        m_counts = m_past.with(m_open.get());
        if (m_closedBy != 0)
            m_counts.closedBy = m_closedBy;
        return outcome;
    }

    RequestConnections m_connections;
    std::unique_ptr<Endpoint> m_open;
    std::vector<std::byte> m_answer;
    CountsOfAll m_past;
    int m_closedBy = 0;
};

class AcceptingEndpoint final : public Endpoint {
public:
    AcceptingEndpoint(UniqueFd listener, RequestConnections connections)
        : m_connections(std::move(connections)), m_listener(std::move(listener)),
          m_epoll(check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"))
    {
        const int flags = check(::fcntl(m_listener.get(), F_GETFL), "F_GETFL");
        check(::fcntl(m_listener.get(), F_SETFL, flags | O_NONBLOCK), "F_SETFL");
        watch(m_listener.get());
    }

    Reservation reserve(std::size_t size, Deadline deadline) override
    {
        if (!m_open)
            return {Outcome::PeerClosed};
        return m_open->reserve(size, deadline);
    }

    Outcome commit(Deadline deadline) override { return noted(m_open->commit(deadline)); }

    bool abandon() override { return m_open->abandon(); }

    Received receive(Deadline deadline) override
    {
        while (true) {
            const Received received = m_open ? m_open->receive(deadline) : Received{accept(deadline)};
            if (m_open && received.outcome == Outcome::PeerClosed) {
                m_past.add(m_open->counts());
                m_past.addCalls(1); // close
                m_open.reset();     // this client has its answer; another may come
                continue;
            }
            noted(received.outcome);
            if (received.outcome != Outcome::Done || !received.message.empty())
                return received;
        }
    }

    /// Readable when somebody wants to connect, and when something comes from the one who has.
    int pollDescriptor() const override { return m_epoll.get(); }
    short sendEvent() const override { return POLLIN; }

private:
    void watch(int descriptor) const
    {
        epoll_event event{.events = EPOLLIN, .data = {.fd = descriptor}};
        check(::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
    }

    /// Done: somebody has connected, or one who had gave up before it was his turn.
    Outcome accept(Deadline deadline)
    {
        UniqueFd socket(::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        m_past.addCalls(1);
        if (socket) {
            watch(socket.get());
            m_past.addCalls(1);
            m_open = m_connections.endpoint(std::move(socket));
            return Outcome::Done;
        }
        if (errno == ECONNABORTED)
            return Outcome::Done;
        return afterFailedTransfer("accept4", {m_listener.get(), POLLIN, &meansSocketClosed}, deadline,
                                   m_waits);
    }

    Outcome noted(Outcome outcome)
    {
        m_counts = m_past.with(m_open.get());
        m_counts.systemCalls += m_waits.systemCalls;
        return outcome;
    }

    RequestConnections m_connections;
    UniqueFd m_listener;
    UniqueFd m_epoll;
    std::unique_ptr<Endpoint> m_open;
    CountsOfAll m_past;
    TransferCounts m_waits;
};

} // namespace

OptionSpec connectionOption()
{
    return {
        .id = std::string(optionId),
        .label = "Connection",
        .help = "Whether one connection serves the whole run, or each request makes one of its own, which "
                "costs system calls on both sides and is measured apart. The latter for questions and "
                "answers only.",
        .kind = OptionKind::Choice,
        .initial = "kept",
        .choices = {{"kept", "Kept", "One connection, made before the load begins."},
                    {std::string(perRequest), "One per request", "Connect, ask, take the answer, close."}}};
}

bool connectsForEachRequest(const Options& options)
{
    return options.has(optionId) && options.text(optionId) == perRequest;
}

EffectiveSetting connectionSetting(const Options& options, LocalPorts ports)
{
    const std::string requested = options.text(optionId);
    if (!connectsForEachRequest(options))
        return {std::string(optionId), "Connection", requested, requested};
    return {std::string(optionId), "Connection", requested,
            fmt::format("{}, {}", requested, closingOf(ports))};
}

std::unique_ptr<Endpoint> makeRequestingEndpoint(RequestConnections connections)
{
    return std::make_unique<RequestingEndpoint>(std::move(connections));
}

std::unique_ptr<Endpoint> makeAcceptingEndpoint(UniqueFd listener, RequestConnections connections)
{
    return std::make_unique<AcceptingEndpoint>(std::move(listener), std::move(connections));
}

Failure explainConnect(int error, LocalPorts ports)
{
    Failure failure = explain(std::system_error(error, std::generic_category()), "connect for a request");
    switch (ports) {
    case LocalPorts::Taken:
        explainPorts(failure, error);
        break;
    case LocalPorts::None:
        break;
    }
    return failure;
}

} // namespace ipclab
