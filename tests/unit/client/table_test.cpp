// SPDX-License-Identifier: BSD-3-Clause

#include "control/terminal/table.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace lockstep {

TEST(table, columns_are_as_wide_as_their_widest_cell) {
  const auto rows =
      json::parse(R"([{"run": "r1", "model": "tsp"}, {"run": "r100", "model": "x"}])");
  EXPECT_EQ(table_of(rows, {{"run", "run"}, {"model", "model"}}), "run   model\n"
                                                                  "r1    tsp\n"
                                                                  "r100  x");
}

TEST(table, what_is_missing_or_null_is_a_dash) {
  EXPECT_EQ(table_of(json::parse(R"([{"core": null}, {}])"), {{"core", "core"}}), "core\n-\n-");
}

TEST(table, numbers_take_the_form_of_their_column) {
  const auto rows = json::parse(R"([{"value": 0.256}])");
  using form = column::form;
  EXPECT_EQ(table_of(rows, {{"v", "value", form::per_cent}}), "v\n26 %");
  EXPECT_EQ(table_of(rows, {{"v", "value", form::decimals}}), "v\n0.26");
  EXPECT_EQ(table_of(rows, {{"v", "value", form::whole}}), "v\n0");
  EXPECT_EQ(table_of(rows, {{"v", "value"}}), "v\n0.256");
}

TEST(table, a_number_that_is_not_finite_travels_as_null_and_is_a_dash) {
  using form = column::form;
  EXPECT_EQ(table_of(json::parse(R"([{"done": null}])"), {{"done", "done", form::per_cent}}),
            "done\n-");
}

TEST(table, on_a_narrow_terminal_a_text_is_cut) {
  const auto rows = json::parse(R"([{"run": "r1", "note": "Zürich and all around it\n"}])");
  const std::vector<column> columns{{"run", "run"}, {"note", "note", column::form::text}};
  EXPECT_EQ(table_of(rows, columns, 15), "run  note\n"
                                         "r1   Zürich an…");
  EXPECT_EQ(table_of(rows, columns, 12), "run\nr1") << "less than eight columns are of no use";
}

TEST(table, what_does_not_fit_is_left_out_from_the_right_and_never_cut) {
  const auto rows = json::parse(
      R"([{"run": "r1", "model": "tsp_islands", "state": "running", "seed": 4294967295, "steps": 3},
          {"run": "r2", "model": "x", "state": "done", "seed": 1, "steps": 12}])");
  const std::vector<column> columns{{"run", "run"},
                                    {"model", "model", column::form::text},
                                    {"state", "state"},
                                    {"seed", "seed"},
                                    {"steps", "steps"}};
  EXPECT_EQ(table_of(rows, columns, 40), "run  model        state    seed\n"
                                         "r1   tsp_islands  running  4294967295\n"
                                         "r2   x            done     1");
  EXPECT_EQ(table_of(rows, columns, 35), "run  model      state    seed\n"
                                         "r1   tsp_isla…  running  4294967295\n"
                                         "r2   x          done     1");
  EXPECT_EQ(table_of(rows, columns, 25), "run  model        state\n"
                                         "r1   tsp_islands  running\n"
                                         "r2   x            done");
  EXPECT_EQ(table_of(rows, columns, 2), "r…\nr1\nr2");
  for (std::size_t width = 3; width < 60; ++width) {
    const auto text = table_of(rows, columns, width);
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
      EXPECT_EQ(line.find("…"), line.rfind("…")) << line;
    EXPECT_EQ(text.find("429496729") == std::string::npos,
              text.find("4294967295") == std::string::npos)
        << text;
  }
}

TEST(table, nothing_to_show_leaves_the_heads) {
  EXPECT_EQ(table_of(json::array(), {{"run", "run"}, {"model", "model"}}), "run  model");
}

} // namespace lockstep
