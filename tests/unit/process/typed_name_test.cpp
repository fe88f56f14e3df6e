// SPDX-License-Identifier: BSD-3-Clause

#include "platform/options/typed_name.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace lockstep {

namespace {

/// Each test leaves the names as it found them.
class typed_names : public testing::Test {
protected:
  ~typed_names() override { called_as("control", "control"); }
};

} // namespace

TEST_F(typed_names, are_those_of_the_installation_that_was_called) {
  called_as("lockstep-control", "control");
  EXPECT_EQ(with_typed_names("Run `control list`, or `node --show-cores`."),
            "Run `lockstep-control list`, or `lockstep-node --show-cores`.");
  EXPECT_EQ(typed_name_anywhere("node"), "lockstep-node");
}

TEST_F(typed_names, have_the_path_that_was_typed) {
  called_as("build/release/control", "control");
  EXPECT_EQ(with_typed_names("Set it up:\n  control pki init\nExample: control run x"),
            "Set it up:\n  build/release/control pki init\nExample: build/release/control run x");
  EXPECT_EQ(typed_name_anywhere("node"),
            (std::filesystem::current_path() / "build/release/node").string());
}

TEST_F(typed_names, are_quoted_where_a_shell_needs_it) {
  called_as("/opt/my programs/it's/node", "node");
  EXPECT_EQ(typed_name("control"), R"('/opt/my programs/it'\''s/control')");
  // Whoever is started under that name quotes it itself, once.
  EXPECT_EQ(given_name("control"), "/opt/my programs/it's/control");
  called_as(given_name("control"), "control");
  EXPECT_EQ(typed_name("node"), R"('/opt/my programs/it'\''s/node')");
}

TEST_F(typed_names, leave_other_words_alone) {
  called_as("./control", "control");
  const auto* text = "the control port, a node that listens, 'control list', `controls `";
  EXPECT_EQ(with_typed_names(text), text);
  EXPECT_EQ(with_typed_names("`control a` and `control b`"), "`./control a` and `./control b`");
}

TEST_F(typed_names, of_a_program_with_another_name_are_the_plain_ones) {
  called_as("my-lockstep", "control");
  EXPECT_EQ(with_typed_names("`control list`"), "`control list`");
}

} // namespace lockstep
