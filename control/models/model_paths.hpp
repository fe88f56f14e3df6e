// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/connection.hpp"

#include <lockstep/json.hpp>

#include <chrono>
#include <string>

namespace lockstep {

/// The head may have to try libraries first, each for up to 10 s.
inline constexpr std::chrono::seconds model_limit{30};

/// What models are called by, made to mean the same at the head: paths are this program's.

/// LOCKSTEP_PATH with its relative folders made absolute; empty where it is not set. Throws
/// usage_error where a folder's name is not UTF-8, which JSON cannot carry.
std::string own_search_path();

/// Throws usage_error where own_search_path() or model_params() would: before there is a head.
void check_model_names(const std::string& model);

/// Params that say where models are looked for: LOCKSTEP_PATH, where the head is this user's on
/// this machine. May ask the head something first.
json model_params(connection& link);

/// The same, and which model: a name, or the path of a library, made absolute. Throws usage_error
/// where it is not UTF-8.
json model_params(connection& link, const std::string& model);

/// What the head says of a model (models.describe). Throws as model_params() and call() do, and
/// says so where the name is that of a file here.
json description_of_model(connection& link, const std::string& model);

} // namespace lockstep
