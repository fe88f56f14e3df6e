// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/library.hpp"
#include "actors/wire/limits.hpp"
#include "platform/openssl/sha256.hpp"
#include "tests/error_of.hpp"
#include "tests/folders.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

namespace lockstep {

namespace {

const std::string models = test_folders::models();
const std::string test_libraries = test_folders::test_libraries();

/// Why a library was refused; "loaded" if it was not.
std::string why_refused(const std::string& path) {
  const auto got = load_library(path);
  return got ? "loaded" : got.error().why;
}

std::string first_model_of(const std::string& path) {
  const auto got = load_library(path);
  return got ? got->models.at(0)->name() : got.error().why;
}

/// What a shell command prints, up to the first blank.
std::string first_word_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> output{::popen(command.c_str(), "r"), ::pclose};
  char word[128] = "";
  return output && std::fscanf(output.get(), "%127s", word) == 1 ? word : "";
}

/// Ends with 0 if the library is refused with what it threw, and other libraries load afterwards,
/// also on another thread. Meant for a process of its own.
[[noreturn]] void load_a_library_that_throws() {
  ::alarm(20); // a loader that holds its lock for ever
  const auto path = test_libraries + "/throws_on_load.so";
  bool good = true;
  for (int i = 0; i < 2; ++i) {
    const auto why = why_refused(path);
    std::fprintf(stderr, "%s\n", why.c_str());
    good = good && why.find("the table of constants is missing") != std::string::npos;
  }
  good = good && first_model_of(models + "/01_hello.so") == "01_hello";
  std::thread{[&] {
    good = good && first_model_of(models + "/tsp_islands.so") == "tsp_islands";
  }}.join();
  std::exit(good ? 0 : 1);
}

/// A file of its own that a test writes anew, in place or as a new file.
class changing_file {
public:
  changing_file()
      : path_(std::filesystem::temp_directory_path() /
              ("lockstep-changing-" + std::to_string(::getpid()) + ".so")) {}
  ~changing_file() { std::filesystem::remove(path_); }
  changing_file(const changing_file&) = delete;
  changing_file& operator=(const changing_file&) = delete;

  [[nodiscard]] std::string path() const { return path_.string(); }

  /// As `cp` does: the same file with other bytes. `more` are bytes behind the library's own.
  void overwrite(const std::string& with, const std::string& more = "") const {
    std::ofstream{path_, std::ios::binary | std::ios::trunc}
        << std::ifstream{test_libraries + '/' + with + ".so", std::ios::binary}.rdbuf() << more;
  }

  /// As a linker does: another file of the same name. What has mapped the one before keeps it.
  void replace(const std::string& with, const std::string& more = "") const {
    std::filesystem::remove(path_);
    overwrite(with, more);
  }

private:
  std::filesystem::path path_;
};

std::string summary_of(const loaded_or_refused& got) {
  return got ? got->models.at(0)->summary() : got.error().why;
}

} // namespace

TEST(library, a_file_that_has_changed_is_loaded_anew_beside_the_build_before) {
  const changing_file file;
  file.overwrite("changing_one");
  const auto first = sha256_of_file(file.path());
  EXPECT_EQ(summary_of(load_library(file.path())), "build 1");
  EXPECT_TRUE(remembered_library(file.path()));
  file.overwrite("changing_two");
  EXPECT_FALSE(remembered_library(file.path()));
  EXPECT_EQ(summary_of(load_library(file.path())), "build 2");
  EXPECT_EQ(summary_of(load_build(file.path(), first)), "build 1") << "it is loaded still";
  const std::string never_seen(64, '0');
  const auto why = summary_of(load_build(file.path(), never_seen));
  EXPECT_NE(why.find(sha256_of_file(file.path())), std::string::npos) << why;
  EXPECT_NE(why.find(never_seen), std::string::npos) << why;
  file.overwrite("changing_one");
  EXPECT_EQ(summary_of(load_library(file.path())), "build 1");
}

TEST(library, one_that_finds_others_by_its_folder_is_refused_with_both_hashes_when_it_has_changed) {
  const changing_file file;
  file.overwrite("finds_neighbours");
  const auto first = sha256_of_file(file.path());
  EXPECT_EQ(summary_of(load_library(file.path())), "");
  file.replace("finds_neighbours", "changed");
  const auto why = summary_of(load_library(file.path()));
  EXPECT_NE(why.find(first), std::string::npos) << why;
  EXPECT_NE(why.find(sha256_of_file(file.path())), std::string::npos) << why;
}

TEST(library, a_refused_file_is_tried_again_only_when_it_has_changed) {
  const changing_file file;
  file.overwrite("no_model");
  EXPECT_NE(why_refused(file.path()), "loaded");
  ASSERT_TRUE(remembered_library(file.path()));
  EXPECT_FALSE(*remembered_library(file.path()));
  file.overwrite("changing_one");
  EXPECT_FALSE(remembered_library(file.path()));
  EXPECT_EQ(why_refused(file.path()), "loaded");
}

TEST(library, only_what_says_nothing_of_the_file_is_forgotten_by_itself) {
  const changing_file file;
  file.overwrite("no_model");
  std::filesystem::resize_file(file.path(), limits::library_bytes + 1);
  const auto refused = test::error_of(load_library(file.path()));
  EXPECT_NE(refused.why.find("a library may have"), std::string::npos) << refused.why;
  EXPECT_FALSE(refused.is_passing);
}

TEST(library, what_is_missing_beside_the_file_passes_and_what_stands_in_it_does_not) {
  const changing_file file;
  const auto passes = [&] {
    const auto refused = test::error_of(load_library(file.path()));
    EXPECT_FALSE(last_decision_on(file.path()).value());
    return refused.is_passing;
  };
  file.overwrite("throws_on_load"); // as one does that misses a file
  EXPECT_TRUE(passes());
  for (const auto* wrong : {"no_entry", "no_model", "wrong_abi", "takes_seed"}) {
    file.replace(wrong);
    EXPECT_FALSE(passes()) << wrong;
  }
}

TEST(library, a_missing_file_is_refused) {
  EXPECT_EQ(why_refused("/no/such/library.so"), "there is no such file");
  EXPECT_EQ(why_refused(""), "there is no such file");
}

TEST(library, a_file_that_is_no_library_is_refused) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("lockstep-no-library-" + std::to_string(::getpid()) + ".so");
  std::ofstream{file} << "this is no shared library\n";
  EXPECT_EQ(why_refused(file.string()).rfind("cannot be loaded: ", 0), 0U);
  std::ofstream{file, std::ios::trunc};
  EXPECT_EQ(why_refused(file.string()).rfind("cannot be loaded: ", 0), 0U);
  std::filesystem::remove(file);
}

TEST(library, a_folder_is_refused) {
  EXPECT_NE(why_refused(std::filesystem::temp_directory_path().string()), "loaded");
}

TEST(library, a_library_of_something_else_is_refused) {
  EXPECT_EQ(why_refused(test_libraries + "/no_entry.so"),
            "is no Lockstep model: it includes no <lockstep/model.hpp>");
}

TEST(library, a_library_that_registers_no_model_is_refused) {
  EXPECT_EQ(why_refused(test_libraries + "/no_model.so"),
            "registers no model: LOCKSTEP_MODEL is missing");
}

TEST(library, a_library_in_which_two_steps_have_one_name_is_refused_with_the_name_and_a_cure) {
  EXPECT_EQ(why_refused(test_libraries + "/doubled_step.so"),
            "cannot be used: two different functions have the name 'solver::grow': of overloads "
            "that a plan asks for, give each a name of its own, lockstep::named(\"...\", &S::f)");
}

TEST(library, a_library_in_which_two_models_have_one_name_is_refused_with_the_name_and_a_cure) {
  EXPECT_EQ(why_refused(test_libraries + "/doubled_model.so"),
            "cannot be used: it registers two models named 'twin'; give each a name of its own");
}

TEST(library, a_library_with_another_abi_number_is_refused_with_both_numbers) {
  EXPECT_EQ(why_refused(test_libraries + "/wrong_abi.so"),
            "was built for ABI number " + std::to_string(abi_number + 41) + ", this Lockstep has " +
                std::to_string(abi_number) + ": build it again");
}

TEST(library, a_library_tells_its_models) {
  const auto got = load_library(models + "/01_hello.so");
  ASSERT_TRUE(got) << got.error().why;
  const auto& loaded = *got;
  ASSERT_EQ(loaded.models.size(), 1U);
  EXPECT_EQ(loaded.models[0]->name(), "01_hello");
  EXPECT_EQ(loaded.models[0]->parameters().size(), 2U);
  EXPECT_TRUE(std::filesystem::path{loaded.path}.is_absolute());
}

TEST(library, two_libraries_in_one_process_keep_their_own_models) {
  EXPECT_EQ(first_model_of(models + "/01_hello.so"), "01_hello");
  EXPECT_EQ(first_model_of(models + "/tsp_islands.so"), "tsp_islands");
  EXPECT_EQ(first_model_of(models + "/01_hello.so"), "01_hello");
}

TEST(library, a_library_is_loaded_once_however_its_path_is_written) {
  const auto first = load_library(models + "/01_hello.so");
  const auto second = load_library(
      models + "/../" + std::filesystem::path{models}.filename().string() + "/./01_hello.so");
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  EXPECT_EQ(first->models, second->models);
  EXPECT_EQ(first->path, second->path);
}

TEST(library, its_sha256_is_what_sha256sum_prints) {
  const auto path = models + "/tsp_islands.so";
  const auto expected = first_word_of("sha256sum '" + path + "'");
  if (expected.empty())
    GTEST_SKIP() << "there is no sha256sum here";
  EXPECT_EQ(sha256_of_file(path), expected);
  const auto got = load_library(path);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->sha256, expected);
}

TEST(library, the_sha256_of_known_bytes_is_the_published_one) {
  const auto file =
      std::filesystem::temp_directory_path() / ("lockstep-sha256-" + std::to_string(::getpid()));
  std::ofstream{file} << "abc";
  EXPECT_EQ(sha256_of_file(file.string()),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  std::ofstream{file, std::ios::trunc};
  EXPECT_EQ(sha256_of_file(file.string()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  std::filesystem::remove(file);
}

TEST(library, the_sha256_of_a_missing_file_is_empty) {
  EXPECT_EQ(sha256_of_file("/no/such/file"), "");
}

TEST(library, an_exception_while_loading_is_a_refusal_and_other_libraries_load_afterwards) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(load_a_library_that_throws(), testing::ExitedWithCode(0), "");
}

} // namespace lockstep
