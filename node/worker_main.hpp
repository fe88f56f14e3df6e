// SPDX-License-Identifier: BSD-3-Clause

#pragma once

namespace lockstep {

/// What stands in the place of a slot's number in the command line of the workers' template.
inline constexpr const char* worker_template_slot = "template";

/// The main function of the workers of a node: waits as their template, and hosts one solver in
/// each copy until the node is gone. `shown_slot` is the last word of the command line, which `ps`
/// shows: it becomes the number of the copy's slot. Gives the exit code.
int worker_main(char* shown_slot);

} // namespace lockstep
