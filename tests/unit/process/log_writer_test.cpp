// SPDX-License-Identifier: BSD-3-Clause

#include "platform/output/log_writer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

using namespace std::chrono_literals;

/// Takes lines, once it is let, and refuses some.
class reader {
public:
  log_writer::destination destination() {
    return [kept = kept_](const std::string& line) {
      kept->may_go_on.wait();
      const std::lock_guard guard{kept->mutex};
      if (kept->refuses)
        return false;
      kept->lines.push_back(line);
      return true;
    };
  }
  void go_on() { let_.set_value(); }
  void refuse(bool yes) { kept_->refuses = yes; }
  [[nodiscard]] std::vector<std::string> lines() const {
    const std::lock_guard guard{kept_->mutex};
    return kept_->lines;
  }

private:
  struct kept {
    explicit kept(std::shared_future<void> when) : may_go_on(std::move(when)) {}
    const std::shared_future<void> may_go_on;
    std::atomic<bool> refuses = false;
    std::mutex mutex;
    std::vector<std::string> lines;
  };
  std::promise<void> let_;
  std::shared_ptr<kept> kept_{std::make_shared<kept>(let_.get_future().share())};
};

} // namespace

TEST(log_writer, who_writes_never_waits_and_what_was_dropped_is_counted_where_it_is_missing) {
  reader late;
  log_writer log{late.destination()};
  const std::string line(1'000, 'x');
  std::size_t taken = 0;
  while (log.write(line))
    ASSERT_LT(++taken, 2 * log_writer::waiting_bytes_max / line.size()) << "there is no limit";
  for (int i = 0; i < 41; ++i)
    EXPECT_FALSE(log.write(line));
  EXPECT_FALSE(log.drain(0ms)) << "nobody reads yet";
  late.go_on();
  ASSERT_TRUE(log.drain(60s));
  EXPECT_TRUE(log.write("the next"));
  ASSERT_TRUE(log.drain(60s));
  const auto lines = late.lines();
  ASSERT_EQ(lines.size(), taken + 2);
  EXPECT_EQ(lines[taken], "42 lines were left out here: they could not be written in time");
  EXPECT_EQ(lines.back(), "the next");
}

TEST(log_writer, lines_that_could_not_be_written_are_counted_before_the_next_one_that_can) {
  reader full;
  full.go_on();
  log_writer log{full.destination(), [](std::uint64_t lines) { return std::to_string(lines); }};
  full.refuse(true);
  log.write("one");
  log.write("two");
  ASSERT_TRUE(log.drain(60s));
  full.refuse(false);
  log.write("three");
  ASSERT_TRUE(log.drain(60s));
  EXPECT_EQ(full.lines(), (std::vector<std::string>{"2", "three"}));
}

TEST(log_writer, one_whose_reader_is_stuck_ends_all_the_same) {
  reader stuck;
  {
    log_writer log{stuck.destination()};
    log.write("never read while it lives");
  }
  stuck.go_on();
}

} // namespace lockstep
