// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/catalogue.hpp"
#include "platform/openssl/sha256.hpp"
#include "tests/folders.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

const std::string built_models = test_folders::models();

/// A folder that a test fills.
class model_folder {
public:
  model_folder() {
    auto name = (fs::temp_directory_path() / "lockstep-models-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("cannot make " + name);
    path_ = name;
  }
  ~model_folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  model_folder(const model_folder&) = delete;
  model_folder& operator=(const model_folder&) = delete;

  /// Copies a built model under another file name.
  model_folder& with(const std::string& model_name, const std::string& as) {
    fs::copy_file(fs::path{built_models} / (model_name + ".so"), path_ / as);
    return *this;
  }
  model_folder& with_test_library(const std::string& name, const std::string& as) {
    fs::copy_file(test_folders::test_libraries() / (name + ".so"), path_ / as);
    return *this;
  }
  model_folder& with_text(const std::string& name) {
    std::ofstream{path_ / name} << "no library\n";
    return *this;
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

private:
  fs::path path_;
};

std::string why_not(const std::string& name, const std::string& search_path) {
  const auto found = find_model(name, search_path);
  return found ? "found" : found.error().why;
}

/// Where a model was found; why not otherwise.
std::string path_of(const std::string& name, const std::string& search_path) {
  const auto found = find_model(name, search_path);
  return found ? found->reference.path : found.error().why;
}

std::ptrdiff_t count_of(const catalogue_contents& all, const std::string& name) {
  return std::ranges::count(all.models, name,
                            [](const known_model& x) { return x.reference.name; });
}

} // namespace

TEST(catalogue, a_model_is_found_by_its_name) {
  const auto found = find_model("tsp_islands", built_models);
  ASSERT_TRUE(found) << found.error().why;
  EXPECT_EQ(found->entry->name(), "tsp_islands");
  EXPECT_EQ(found->reference.name, "tsp_islands");
  EXPECT_EQ(found->reference.sha256, sha256_of_file(built_models + "/tsp_islands.so"));
}

TEST(catalogue, a_model_is_found_by_its_path) {
  const auto path = built_models + "/01_hello.so";
  EXPECT_EQ(path_of(path, ""), fs::canonical(path).string());
}

TEST(catalogue, a_path_to_nothing_is_refused) {
  EXPECT_EQ(why_not("./no_such_library.so", built_models), "there is no such file");
}

TEST(catalogue, an_unknown_name_is_refused_with_the_names_there_are) {
  const auto why = why_not("no_such_model", built_models);
  EXPECT_EQ(why.rfind("there is no model of this name; there are: ", 0), 0U) << why;
  EXPECT_NE(why.find("01_hello"), std::string::npos) << why;
  EXPECT_NE(why.find("tsp_islands"), std::string::npos) << why;
}

TEST(catalogue, a_name_that_is_mistyped_is_answered_with_the_one_that_was_meant) {
  const auto why = why_not("01_helo", built_models);
  EXPECT_EQ(why.rfind("there is no model of this name; did you mean '01_hello'? There are: ", 0),
            0U)
      << why;
}

TEST(catalogue, a_library_named_like_the_model_is_looked_at_first) {
  model_folder folder;
  folder.with("01_hello", "a_first.so").with("01_hello", "lib01_hello.so");
  EXPECT_EQ(path_of("01_hello", folder.path()),
            fs::canonical(folder.path() + "/lib01_hello.so").string());
}

TEST(catalogue, a_model_in_a_library_of_another_name_is_found) {
  model_folder folder;
  folder.with("01_hello", "another_name.so").with_text("broken.so");
  EXPECT_EQ(path_of("01_hello", folder.path()),
            fs::canonical(folder.path() + "/another_name.so").string());
}

TEST(catalogue, the_first_folder_of_the_search_path_wins) {
  model_folder first;
  model_folder second;
  first.with("01_hello", "01_hello.so");
  second.with("01_hello", "01_hello.so");
  const auto search_path = "/no/such/folder::" + second.path() + ':' + first.path();
  EXPECT_EQ(path_of("01_hello", search_path),
            fs::canonical(second.path() + "/01_hello.so").string());
  const auto all = list_models(search_path);
  EXPECT_EQ(count_of(all, "01_hello"), 1);
}

TEST(catalogue, a_list_holds_the_programs_own_models_and_those_of_libraries) {
  const auto all = list_models(built_models);
  for (const auto& own : compiled_models()) {
    EXPECT_EQ(count_of(all, own.reference.name), 1) << own.reference.name;
    EXPECT_EQ(own.reference.path, "");
  }
  EXPECT_EQ(count_of(all, "01_hello"), 1);
  EXPECT_EQ(count_of(all, "tsp_islands"), 1);
  EXPECT_TRUE(all.refused.empty());
}

TEST(catalogue, a_list_tells_refused_libraries_and_skips_other_files) {
  model_folder folder;
  folder.with("01_hello", "01_hello.so").with_text("broken.so").with_text("notes.txt");
  const auto all = list_models(folder.path());
  EXPECT_EQ(count_of(all, "01_hello"), 1);
  ASSERT_EQ(all.refused.size(), 1U);
  EXPECT_EQ(all.refused[0].path, fs::canonical(folder.path() + "/broken.so").string());
}

TEST(catalogue, exactly_the_build_of_the_reference_is_found) {
  const auto path = fs::canonical(built_models + "/01_hello.so").string();
  const auto found = find_model(model_reference{"01_hello", path, sha256_of_file(path)});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->entry->name(), "01_hello");
}

TEST(catalogue, another_build_than_the_reference_is_refused_with_both_hashes) {
  const auto path = built_models + "/01_hello.so";
  const auto found = find_model(model_reference{"01_hello", path, "0123"});
  ASSERT_FALSE(found);
  EXPECT_EQ(
      found.error().why.find("has SHA-256 " + sha256_of_file(path) + " here but 0123 at the head"),
      0U)
      << found.error().why;
}

TEST(catalogue, a_library_without_the_referenced_model_is_refused) {
  const auto path = built_models + "/01_hello.so";
  const auto found = find_model(model_reference{"other", path, sha256_of_file(path)});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().why, "holds no model named 'other'; it holds: 01_hello");
}

TEST(catalogue, a_library_named_like_the_model_that_holds_others_says_which) {
  model_folder folder;
  folder.with("01_hello", "two.so");
  EXPECT_EQ(why_not("two", folder.path()), "holds no model named 'two'; it holds: 01_hello");
  EXPECT_EQ(path_of("01_hello", folder.path()), fs::canonical(folder.path() + "/two.so").string());
}

TEST(catalogue, a_name_that_two_libraries_hold_is_told_with_both) {
  model_folder first;
  model_folder second;
  first.with_test_library("changing_one", "changing.so");
  second.with_test_library("changing_two", "changing.so").with("01_hello", "a.so");
  const auto all = list_models(first.path() + ':' + second.path() + ':' + second.path());
  ASSERT_EQ(all.hidden.size(), 1U);
  EXPECT_EQ(all.hidden[0].reference.name, "changing");
  EXPECT_EQ(all.hidden[0].reference.path, fs::canonical(second.path() + "/changing.so").string());
  EXPECT_EQ(all.hidden[0].by, fs::canonical(first.path() + "/changing.so").string());
}

TEST(catalogue, what_is_listed_under_a_name_is_what_is_found_by_it) {
  model_folder first;
  model_folder second;
  first.with_test_library("changing_one", "other.so").with("01_hello", "a.so");
  first.with("01_hello", "lib01_hello.so");
  second.with_test_library("changing_two", "changing.so");
  const auto search_path = first.path() + ':' + second.path();
  const auto all = list_models(search_path);
  for (const auto* name : {"changing", "01_hello"}) {
    const auto listed =
        std::ranges::find(all.models, name, [](const known_model& x) { return x.reference.name; });
    ASSERT_NE(listed, all.models.end()) << name;
    EXPECT_EQ(path_of(name, search_path), listed->reference.path);
  }
}

TEST(catalogue, a_file_whose_name_is_not_utf8_is_told) {
  model_folder folder;
  folder.with("01_hello", "caf\xe9.so");
  const auto all = list_models(folder.path());
  ASSERT_EQ(all.refused.size(), 1U);
  EXPECT_NE(all.refused[0].why.find("UTF-8"), std::string::npos) << all.refused[0].why;
}

TEST(catalogue, what_would_have_to_be_loaded_is_not_recalled) {
  model_folder folder;
  folder.with("01_hello", "01_hello.so").with_text("broken.so");
  EXPECT_FALSE(recall_model("01_hello", folder.path()));
  EXPECT_FALSE(recall_models(folder.path()));
  EXPECT_EQ(path_of("01_hello", folder.path()),
            fs::canonical(folder.path() + "/01_hello.so").string());
  EXPECT_TRUE(recall_model("01_hello", folder.path()));
  EXPECT_FALSE(recall_models(folder.path()));
  (void)list_models(folder.path());
  const auto all = recall_models(folder.path());
  ASSERT_TRUE(all);
  EXPECT_EQ(all->refused.size(), 1U);
}

TEST(catalogue, a_name_with_a_zero_byte_is_none) {
  model_folder folder;
  folder.with("01_hello", "notes.txt");
  EXPECT_EQ(why_not(std::string{"notes.txt\0", 10}, folder.path()), "this is no name of a model");
}

TEST(catalogue, the_default_search_path_begins_with_the_environments) {
  ::unsetenv("LOCKSTEP_PATH");
  EXPECT_EQ(default_search_path("/opt/bin/control"), "/opt/bin/models:/opt/lib/lockstep/models");
  ::setenv("LOCKSTEP_PATH", "/a:/b", 1);
  EXPECT_EQ(default_search_path("/opt/bin/control"),
            "/a:/b:/opt/bin/models:/opt/lib/lockstep/models");
  ::unsetenv("LOCKSTEP_PATH");
}

} // namespace lockstep
