#pragma once

#include <string_view>

namespace ipclab {

// What an experiment chooses by a word.

enum class Exchange { OneWay, RoundTrip, FullDuplex };
enum class ShapeKind { Pair, FanIn, FanOut, ManyToMany, Chain, Ring, ClientServer };
/// Every receiver gets every message, or one of them gets it.
enum class DeliveryRule { Copy, Competing };
/// Of several senders: one channel where that works, or one for each.
enum class ChannelUse { Shared, Separate };
/// Spin to the due time, or sleep and send in batches of 1 ms.
enum class Pacing { Precise, Economy };
enum class CorePlacement { Any, Same, Different, Listed };
enum class SchedulingPolicy { Normal, Fifo };
/// Of a pair: at once, the receiver only once the sender has sent everything and exited, or one of them
/// early, so that it finds nobody there.
enum class StartOrder { Together, SenderFirst, SenderEarly, ReceiverEarly };
/// Of a message that could not be sent in time.
enum class ExpiryRule { Retry, Skip };
/// Between attempts of one who never sleeps in a call.
enum class BackOffKind { None, Yield, Exponential };
/// The receiver reads from the start, or once its sender has ended.
enum class ReadOrder { AtOnce, AfterSender };
/// Of a worker that did not end by itself.
enum class RestartPolicy { None, OnFailure };

/// As experiment files write them: "round-trip".
std::string_view word(Exchange exchange);
std::string_view word(CorePlacement placement);
std::string_view word(SchedulingPolicy policy);
std::string_view word(ShapeKind kind);
std::string_view word(StartOrder start);
std::string_view word(DeliveryRule delivery);
std::string_view word(ChannelUse use);
std::string_view word(Pacing pacing);
std::string_view word(ExpiryRule rule);
std::string_view word(BackOffKind backOff);
std::string_view word(ReadOrder reads);
std::string_view word(RestartPolicy policy);

} // namespace ipclab
