// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <filesystem>
#include <string>

namespace lockstep {

/// The token with which the owner of a cluster's authority uses the control port on its own
/// machine: role admin, in `owner.token` of the authority's folder, made when there is none and
/// again before it ends. Empty where the folder is not an authority's, or is not the user's.
std::string owner_token(const std::filesystem::path& folder);

} // namespace lockstep
