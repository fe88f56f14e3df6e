#pragma once

namespace lockstep {

/// Lets this process have as many descriptors as the system allows it: each client takes one, and
/// so does each large payload. The usual soft limit of 1024 is for programs that use select().
void raise_descriptor_limit();

} // namespace lockstep
