// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/loaders/library_cache.hpp"
#include "actors/wire/handles.hpp"

namespace lockstep {

/// State of a library actor. Spawn it detached: it reads and writes whole files.
class library_actor_state {
public:
  using self_pointer = library_actor::pointer;

  library_actor_state(self_pointer, library_cache cache) : cache_(std::move(cache)) {}

  library_actor::behavior_type make_behavior();

  static inline const char* name = "lockstep.library";

private:
  library_cache cache_;
};

/// A library actor that is spawned when it is first needed and ends with its owner.
class library_service {
public:
  explicit library_service(std::string cache_folder) : folder_(std::move(cache_folder)) {}
  ~library_service();
  library_service(const library_service&) = delete;
  library_service& operator=(const library_service&) = delete;

  const library_actor& in(caf::actor_system& system);

private:
  std::string folder_;
  library_actor actor_;
};

} // namespace lockstep
