// SPDX-License-Identifier: BSD-3-Clause

#include "control/deploy/up_view.hpp"

#include "platform/options/typed_name.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace lockstep {

up_view::up_view(std::vector<std::string> targets)
    : targets_(std::move(targets)), counts_(::isatty(STDERR_FILENO) == 1) {
  for (const auto& target : targets_)
    width_ = std::max(width_, target.size());
}

void up_view::say(std::size_t machine, const std::string& text) {
  if (std::exchange(said_[machine], text) != text)
    print(machine, text);
}

void up_view::count(std::size_t machine, const std::string& text) {
  constexpr std::chrono::seconds interval{1};
  const auto now = std::chrono::steady_clock::now();
  auto& last = counted_[machine];
  if (!counts_ || now - last < interval)
    return;
  last = now;
  print(machine, text);
}

void up_view::print(std::size_t machine, const std::string& text) {
  std::fprintf(stderr, "%-*s  %s\n", static_cast<int>(width_), targets_[machine].c_str(),
               with_typed_names(text).c_str());
}

} // namespace lockstep
