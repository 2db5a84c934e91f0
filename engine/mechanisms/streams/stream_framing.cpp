#include "engine/mechanisms/streams/stream_framing.h"

#include "engine/mechanisms/streams/stream_endpoint.h"

#include <limits.h>

#include <algorithm>

namespace ipclab {

OptionSpec framingOption(PacketMode packets)
{
    OptionSpec option{
        .id = "framing",
        .label = "Framing",
        .help = "How the receiver finds where a message ends, for a byte stream keeps no boundaries.",
        .kind = OptionKind::Choice,
        .initial = "length-prefix",
        .choices = {{"length-prefix", "Length prefix", "Each message begins with its length in 4 bytes."},
                    {"none", "None",
                     "Nothing marks a message: the receiver reads what is there, however much that is, and "
                     "cuts it into pieces of the message's size."}}};
    if (packets == PacketMode::Offered)
        option.choices.push_back(
            {"packets", "Packet mode",
             "O_DIRECT: each write of up to PIPE_BUF, 4 KiB, stays a packet that is read as one."});
    return option;
}

Framing framingOf(const Options& options)
{
    const std::string& text = options.text("framing");
    if (text == "none")
        return Framing::None;
    return text == "packets" ? Framing::Packets : Framing::LengthPrefix;
}

Boundaries boundariesOf(Framing framing)
{
    switch (framing) {
    case Framing::LengthPrefix:
        return Boundaries::Framed;
    case Framing::Packets:
        return Boundaries::Kept;
    case Framing::None:
        return Boundaries::None;
    }
    return Boundaries::Framed;
}

std::uint64_t framingOverhead(Framing framing)
{
    return framing == Framing::LengthPrefix ? bytesPerPrefix : 0;
}

MessageLimit packetLimit()
{
    return {PIPE_BUF,
            "in packet mode the kernel makes several packets of a write of more than PIPE_BUF (pipe(2))"};
}

std::uint64_t readAheadOf(Framing framing, std::size_t messageSize)
{
    return framing == Framing::None ? std::max<std::uint64_t>(unframedReadSize, messageSize) : 0;
}

EffectiveSetting framingSetting(const Options& options)
{
    return {"framing", "Framing", options.text("framing"), options.text("framing")};
}

} // namespace ipclab
