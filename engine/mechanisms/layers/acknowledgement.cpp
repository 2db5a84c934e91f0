#include "engine/mechanisms/layers/acknowledgement.h"

namespace ipclab {

std::string_view word(AcknowledgementScheme scheme)
{
    switch (scheme) {
    case AcknowledgementScheme::None:
        return "none";
    case AcknowledgementScheme::StopAndWait:
        return "stop-and-wait";
    case AcknowledgementScheme::GoBackN:
        return "go-back-n";
    case AcknowledgementScheme::SelectiveRepeat:
        return "selective-repeat";
    }
    return {};
}

} // namespace ipclab
