#pragma once

#include "engine/mechanisms/endpoint.h"
#include "engine/mechanisms/layers/acknowledgement.h"

#include <functional>
#include <memory>

namespace ipclab {

struct AcknowledgedEndpointRequest {
    Acknowledgement acknowledgement; ///< of a scheme, and the same at both ends
    std::size_t largestMessage = 0;  ///< bytes; the endpoint underneath takes sizeof(FrameHeader) more
    /// Asked while the destructor waits for the last acknowledgements: whether it is to give up. May be
    /// empty.
    std::function<bool()> isCalledOff = {};
};

/// One end of a channel of datagrams that goes both ways, on which every message arrives once and in order
/// although some get lost, come twice or overtake each other: messages and acknowledgements really travel
/// over the channel. Both ends need it, and one peer each. Sending waits while the window is full. The
/// destructor waits until everything has been acknowledged, or the peer has gone. Resending needs no thread:
/// it happens inside the calls, and in flush(), which is due at attentionAt(). What it took is in
/// TransferCounts::acknowledged.
std::unique_ptr<Endpoint> makeAcknowledgedEndpoint(std::unique_ptr<Endpoint> endpoint,
                                                   const AcknowledgedEndpointRequest& request);

} // namespace ipclab
