#include "engine/mechanisms/sockets/socket_buffers.h"

#include "engine/base/failure.h"
#include "engine/base/quantity.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace ipclab {

namespace {

constexpr const char* sendId = "send_buffer";
constexpr const char* receiveId = "receive_buffer";

OptionSpec bufferOption(std::string id, std::string label, std::string help)
{
    return {.id = std::move(id),
            .label = std::move(label),
            .help = std::move(help),
            .kind = OptionKind::Size,
            .initial = "0 B",
            .least = 0,
            .most = 1 << 30,
            .zero = "kernel's own"};
}

void request(const UniqueFd& socket, int option, std::uint64_t size)
{
    const int value = static_cast<int>(size);
    if (value != 0)
        check(::setsockopt(socket.get(), SOL_SOCKET, option, &value, sizeof value), "setsockopt");
}

std::uint64_t effective(const UniqueFd& socket, int option)
{
    int value = 0;
    socklen_t length = sizeof value;
    check(::getsockopt(socket.get(), SOL_SOCKET, option, &value, &length), "getsockopt");
    return static_cast<std::uint64_t>(value);
}

std::string requestText(std::uint64_t size)
{
    return size == 0 ? "default" : formatSize(size);
}

} // namespace

std::vector<OptionSpec> bufferOptions(std::string sendHelp, std::string receiveHelp)
{
    return {bufferOption(sendId, "Send buffer", std::move(sendHelp)),
            bufferOption(receiveId, "Receive buffer", std::move(receiveHelp))};
}

void requestBuffers(const UniqueFd& socket, const Options& options)
{
    request(socket, SO_SNDBUF, options.size(sendId));
    request(socket, SO_RCVBUF, options.size(receiveId));
}

std::uint64_t effectiveSendBuffer(const UniqueFd& socket)
{
    return effective(socket, SO_SNDBUF);
}

std::uint64_t effectiveReceiveBuffer(const UniqueFd& socket)
{
    return effective(socket, SO_RCVBUF);
}

std::uint64_t overheadOf(const UniqueFd& trial, std::uint64_t bytes)
{
    const std::vector<std::byte> piece(std::min(bytes, effectiveSendBuffer(trial)));
    const ssize_t sent =
        check(::send(trial.get(), piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL), "send");
    int charged = 0;
    check(::ioctl(trial.get(), SIOCOUTQ, &charged), "SIOCOUTQ");
    return charged > sent ? static_cast<std::uint64_t>(charged - sent) : 0;
}

std::vector<EffectiveSetting> bufferSettings(const Options& options, std::string send, std::string receive)
{
    return {{sendId, "Send buffer", requestText(options.size(sendId)), std::move(send)},
            {receiveId, "Receive buffer", requestText(options.size(receiveId)), std::move(receive)}};
}

} // namespace ipclab
