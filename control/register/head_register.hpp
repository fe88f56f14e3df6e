// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/register/head_file.hpp"

#include <lockstep/json.hpp>

#include <filesystem>
#include <memory>
#include <vector>

namespace lockstep {

/// The folder in which the heads of this user are found: `$XDG_RUNTIME_DIR/lockstep`, else
/// `/run/user/UID/lockstep`. Empty where neither is the user's own: then a head is found at the
/// usual port only.
std::filesystem::path register_folder();

/// Enters a head: "control", "pid", "started", "started_by" and what else its clients should know.
/// None where there is no folder, or it is not private; without an entry a head serves all the
/// same.
std::unique_ptr<head_file> enter_head(json text);

/// The heads that are entered and alive, the one to be asked first in front: one that stays, then
/// one at the usual port, then the newest.
std::vector<json> entered_heads();

/// The order of entered_heads().
void put_best_first(std::vector<json>& heads);

} // namespace lockstep
