#include "control/terminal/table.hpp"

#include <gtest/gtest.h>

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

TEST(table, on_a_narrow_terminal_the_widest_cells_are_cut) {
  const auto rows = json::parse(R"([{"run": "r1", "note": "Zürich and all around it\n"}])");
  EXPECT_EQ(table_of(rows, {{"run", "run"}, {"note", "note"}}, 15), "run  note\n"
                                                                    "r1   Zürich an…");
  EXPECT_EQ(table_of(rows, {{"run", "run"}, {"note", "note"}}, 6), "run  …\n"
                                                                   "r1   …");
}

TEST(table, nothing_to_show_leaves_the_heads) {
  EXPECT_EQ(table_of(json::array(), {{"run", "run"}, {"model", "model"}}), "run  model");
}

} // namespace lockstep
