#include "engine/library/layer_json.h"

namespace ipclab {

Json layerJson(const WaitCounts& waits)
{
    return {{"time_outs", waits.timeOuts},
            {"given_up", waits.givenUp},
            {"back_offs", waits.backOffs},
            {"back_off_ns", waits.backOffTime.count()}};
}

Json layerJson(const ImpairedCounts& counts)
{
    return {{"dropped", counts.dropped},
            {"repeated", counts.repeated},
            {"delayed", counts.delayed},
            {"reordered", counts.reordered}};
}

Json layerJson(const AcknowledgedCounts& counts)
{
    return {{"retransmitted", counts.retransmitted},
            {"time_outs", counts.timeOuts},
            {"acknowledgements", counts.acknowledgements},
            {"suppressed", counts.suppressed}};
}

} // namespace ipclab
