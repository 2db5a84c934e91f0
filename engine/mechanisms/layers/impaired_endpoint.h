#pragma once

#include "engine/mechanisms/endpoint.h"
#include "engine/mechanisms/layers/impairment.h"

#include <memory>

namespace ipclab {

/// An endpoint of datagrams that sends them as a bad network would deliver them: some not at all, twice,
/// late, or behind later ones. The endpoint underneath is a real one and does everything else; what is
/// received passes through untouched. What was done is in TransferCounts::impaired. A sender's last word
/// (lastWordClass) is spared, and goes only when everything that was held back has gone.
std::unique_ptr<Endpoint> makeImpairedEndpoint(std::unique_ptr<Endpoint> endpoint,
                                               const Impairment& impairment, FateDraw fates);

} // namespace ipclab
