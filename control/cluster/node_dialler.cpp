// SPDX-License-Identifier: BSD-3-Clause

#include "control/cluster/node_dialler.hpp"

#include "actors/rules/link/back_off.hpp"

#include <chrono>
#include <condition_variable>
#include <random>
#include <utility>

namespace lockstep {

namespace {

constexpr std::chrono::seconds short_link{30};

/// Becomes true once, on another thread.
class end_of_link {
public:
  void tell() {
    const std::lock_guard guard{mutex_};
    told_ = true;
    changed_.notify_all();
  }
  void wait(const std::stop_token& stop) {
    std::unique_lock guard{mutex_};
    changed_.wait(guard, stop, [this] { return told_; });
  }

private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool told_ = false;
};

/// Returns at once where it is told to stop.
void sleep(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock guard{mutex};
  never.wait_for(guard, stop, time, [] { return false; });
}

} // namespace

node_dialler::node_dialler(const std::vector<address>& nodes, context_pointer context, hello own,
                           admitter admit, complaint complain)
    : own_(std::move(own)), admit_(std::move(admit)), complain_(std::move(complain)),
      context_(std::move(context)) {
  for (const auto& node : nodes)
    threads_.emplace_back([this, node](const std::stop_token& stop) { keep_linked(stop, node); });
}

void node_dialler::use(context_pointer context) {
  const std::lock_guard guard{mutex_};
  context_ = std::move(context);
}

node_dialler::context_pointer node_dialler::context() const {
  const std::lock_guard guard{mutex_};
  return context_;
}

void node_dialler::keep_linked(const std::stop_token& stop, const address& node) {
  std::minstd_rand random{std::random_device{}()};
  std::uniform_real_distribution<double> uniform{0, 1};
  std::string told;
  unsigned failures = 0;
  while (!stop.stop_requested()) {
    dial_options options;
    options.stop = stop;
    auto found = dial(node, *context(), own_, options);
    if (!found) {
      // Also where another try seems pointless: somebody may mend the node's side.
      const auto& why = found.error().why;
      if (why != std::exchange(told, why) && !stop.stop_requested())
        complain_(node, why);
      sleep(stop, back_off(++failures, uniform(random)));
      continue;
    }
    told.clear();
    const auto begun = std::chrono::steady_clock::now();
    const auto end = std::make_shared<end_of_link>();
    if (admit_(*std::move(found), [end] { end->tell(); }))
      end->wait(stop);
    // One that ends at once is as good as none.
    const bool lasted = std::chrono::steady_clock::now() - begun >= short_link;
    failures = lasted ? 0 : failures + 1;
    if (failures > 1)
      sleep(stop, back_off(failures - 1, uniform(random)));
  }
}

} // namespace lockstep
