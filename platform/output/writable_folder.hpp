// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string>

namespace lockstep {

/// Why no file can be made in this folder: "no file can be made in /x: Read-only file system".
/// Empty where one can, which is tried. To be asked by whoever is given a folder for later: there
/// may be nobody to read the reason then.
std::string why_not_writable(const std::string& folder);

} // namespace lockstep
