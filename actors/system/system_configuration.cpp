// SPDX-License-Identifier: BSD-3-Clause

#include "actors/system/system_configuration.hpp"

#include <caf/init_global_meta_objects.hpp>
#include <caf/io/middleman.hpp>

#include <algorithm>
#include <chrono>
#include <mutex>

namespace lockstep {

system_configuration::system_configuration(std::chrono::milliseconds silence_limit) {
  using std::chrono::milliseconds;
  const auto limit = std::max(silence_limit, milliseconds{100});
  const auto interval = std::min<milliseconds>(limit / 5, std::chrono::seconds{1});
  load<caf::io::middleman>();
  set("caf.scheduler.policy", "sharing");
  set("caf.scheduler.max-threads", 1);
  set("caf.middleman.workers", 0);
  set("caf.middleman.max-consecutive-reads", 2);
  set("caf.middleman.heartbeat-interval", caf::timespan{interval});
  set("caf.middleman.connection-timeout", caf::timespan{limit});
}

void prepare_caf() {
  static std::once_flag once;
  std::call_once(once, [] {
    caf::init_global_meta_objects<caf::id_block::lockstep>();
    caf::io::middleman::init_global_meta_objects();
    caf::core::init_global_meta_objects();
  });
}

} // namespace lockstep
