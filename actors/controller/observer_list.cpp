// SPDX-License-Identifier: BSD-3-Clause

#include "actors/controller/observer_list.hpp"

#include <algorithm>
#include <utility>

namespace lockstep {

void observer_list::subscribe(const observer_actor& observer, bool with_steps) {
  const auto wanted = with_steps ? wish::steps : wish::events;
  const auto known =
      std::ranges::find(observers_, observer, &decltype(observers_)::value_type::first);
  if (known != observers_.end()) {
    known->second = wanted;
    return;
  }
  observers_.emplace_back(observer, wanted);
  watch_.watch(self_, observer, [this, observer] {
    std::erase_if(observers_, [&](const auto& entry) { return entry.first == observer; });
  });
}

void observer_list::unsubscribe(const observer_actor& observer) {
  for (auto& [known, wanted] : observers_)
    if (known == observer)
      wanted = wish::nothing;
}

bool observer_list::is_watched() const {
  return std::ranges::any_of(observers_,
                             [](const auto& entry) { return entry.second != wish::nothing; });
}

bool observer_list::are_steps_watched() const {
  return std::ranges::any_of(observers_,
                             [](const auto& entry) { return entry.second == wish::steps; });
}

void observer_list::tell(run_id run, event::kinds what) {
  if (!is_watched())
    return;
  const event happened{run, std::move(what)};
  for (const auto& [observer, wanted] : observers_)
    if (wanted != wish::nothing)
      caf_compat::send(self_, observer, happened);
}

} // namespace lockstep
