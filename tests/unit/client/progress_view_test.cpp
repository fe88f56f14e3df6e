// SPDX-License-Identifier: BSD-3-Clause

#include "control/cli/progress_view.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace lockstep {

namespace {

using style = progress_view::style;

const json running = json::parse(R"({"run": "r1", "state": "running", "solvers": 2,
    "step": {"number": 3, "name": "improve", "kind": "broadcast"}})");

/// What a view of this style writes when it is shown one report and a thousand looks at a run whose
/// two solvers are at 1 and 0.
std::string shown(style how) {
  testing::internal::CaptureStderr();
  progress_view view(how);
  view.report({{"number", 0}, {"report", {{"length", 9}}}});
  view.progress({{"number", 3}, {"solver", 0}, {"fraction", 1.0}});
  for (int i = 0; i < 1'000; ++i)
    view.update(running, {{"imbalance", 1.25}});
  view.finish();
  return testing::internal::GetCapturedStderr();
}

} // namespace

TEST(progress_view, nothing_is_shown_where_json_is_wanted) {
  EXPECT_EQ(shown(style::none), "");
}

TEST(progress_view, a_null_where_a_number_is_expected_is_no_number_and_no_end) {
  testing::internal::CaptureStderr();
  progress_view view(style::lines);
  view.progress({{"number", 3}, {"solver", 0}, {"fraction", nullptr}});
  view.report({{"number", 0}, {"report", {{"progress", nullptr}}}});
  view.update(running, {{"imbalance", nullptr}});
  EXPECT_NE(testing::internal::GetCapturedStderr().find("imbalance 1.00"), std::string::npos);
}

TEST(progress_view, plain_lines_hold_no_control_characters_and_are_few) {
  const auto text = shown(style::lines);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(text.find('\033'), std::string::npos);
  EXPECT_NE(text.find(R"(report {"length":9})"), std::string::npos) << text;
  EXPECT_LE(std::ranges::count(text, '\n'), 4) << text;
}

TEST(progress_view, a_bar_is_drawn_in_place_and_seldom) {
  const auto text = shown(style::bar);
  EXPECT_LE(std::ranges::count(text, '\n'), 1) << text; // the report
  EXPECT_LE(std::ranges::count(text, '\r'), 8) << text;
}

TEST(progress_view, whatever_ends_it_the_row_is_taken_away_before_others_print) {
  testing::internal::CaptureStderr();
  try {
    progress_view view(style::bar);
    view.update(running, nullptr);
    throw std::runtime_error("the head is gone");
  } catch (const std::runtime_error& lost) {
    std::fprintf(stderr, "%s", lost.what());
  }
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("imbalance"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("\r\033[Jthe head is gone")) << text;
}

TEST(progress_view, a_report_may_tell_how_far_the_whole_run_is) {
  testing::internal::CaptureStderr();
  progress_view view(style::lines);
  view.report({{"number", 0}, {"report", {{"progress", 0.25}, {"note", "gap 1e-3"}}}});
  view.report({{"number", 1}, {"report", {{"progress", "half"}}}}); // is no number
  view.update(running, {{"imbalance", 1.25}});
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("step 3 improve   25 %  gap 1e-3  imbalance 1.25"), std::string::npos)
      << text;
}

TEST(progress_view, without_a_terminal_a_flood_of_reports_is_thinned_and_the_last_is_shown) {
  testing::internal::CaptureStderr();
  progress_view view(style::lines);
  for (int i = 0; i < 10'000; ++i)
    view.report({{"number", i}, {"report", {{"round", i}}}});
  view.finish();
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_LE(std::ranges::count(text, '\n'), 100) << text;
  EXPECT_TRUE(text.starts_with("report {\"round\":0}\n")) << text;
  EXPECT_TRUE(text.ends_with("report {\"round\":9999}\n")) << text;
}

TEST(progress_view, at_a_terminal_reports_stand_in_the_row_and_the_last_one_stays) {
  testing::internal::CaptureStderr();
  progress_view view(style::bar);
  for (int i = 0; i < 10'000; ++i)
    view.report({{"number", i}, {"report", {{"round", i}}}});
  view.finish();
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
  EXPECT_TRUE(text.ends_with("report {\"round\":9999}\n")) << text;
}

} // namespace lockstep
