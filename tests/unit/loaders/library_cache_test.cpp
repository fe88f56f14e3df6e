// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/library_cache.hpp"
#include "platform/openssl/sha256.hpp"
#include "tests/error_of.hpp"
#include "tests/text_of.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace lockstep {

namespace {

namespace fs = std::filesystem;
using test::text_of;

class library_cache_test : public testing::Test {
protected:
  library_cache_test() {
    std::string pattern = (fs::temp_directory_path() / "lockstep-cache-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~library_cache_test() override { fs::remove_all(folder); }

  /// Its hash, as of a file with this text.
  std::string hash_of(const std::string& text) const {
    const auto path = folder / "hashed";
    std::ofstream{path} << text;
    return sha256_of_file(path.string());
  }

  static blob bytes_of(const std::string& text) {
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    return blob{std::vector<std::byte>(begin, begin + text.size())};
  }

  static unsigned mode_of(const fs::path& path) {
    struct stat about {};
    ::stat(path.c_str(), &about);
    return about.st_mode & 0777U;
  }

  std::size_t files_in_cache() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator{folder / "models"}, fs::directory_iterator{}));
  }

  fs::path folder;
};

} // namespace

TEST_F(library_cache_test, what_is_put_is_found_whole_and_belongs_to_this_user_alone) {
  const library_cache cache{(folder / "models").string()};
  const auto hash = hash_of("a library");
  EXPECT_EQ(cache.find(hash), "");
  const auto put = cache.put(hash, bytes_of("a library"));
  ASSERT_TRUE(put);
  EXPECT_EQ(text_of(*put), "a library");
  EXPECT_EQ(cache.find(hash), *put);
  EXPECT_EQ(mode_of(folder / "models"), 0700U);
  EXPECT_EQ(mode_of(*put), 0500U);
  EXPECT_TRUE(cache.put(hash, bytes_of("a library")));
  EXPECT_EQ(files_in_cache(), 1U);
}

TEST_F(library_cache_test, bytes_with_another_hash_are_refused_and_leave_nothing) {
  const library_cache cache{(folder / "models").string()};
  const auto put = cache.put(hash_of("one"), bytes_of("another"));
  ASSERT_FALSE(put);
  EXPECT_NE(put.error().why.find(hash_of("another")), std::string::npos);
  EXPECT_EQ(files_in_cache(), 0U);
}

TEST_F(library_cache_test, a_hash_that_names_a_file_elsewhere_is_refused) {
  const library_cache cache{(folder / "models").string()};
  std::ofstream{folder / "outside.so"} << "x";
  EXPECT_FALSE(cache.put("../outside", bytes_of("x")));
  EXPECT_EQ(cache.find("../outside"), "");
  EXPECT_EQ(text_of(folder / "outside.so"), "x");
}

TEST_F(library_cache_test, a_file_that_was_changed_is_not_used) {
  const library_cache cache{(folder / "models").string()};
  const auto hash = hash_of("good");
  const auto path = cache.put(hash, bytes_of("good")).value();
  fs::permissions(path, fs::perms::owner_all);
  std::ofstream{path} << "evil";
  EXPECT_EQ(cache.find(hash), "");
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(library_cache_test, the_libraries_used_the_longest_ago_go) {
  const library_cache cache{(folder / "models").string(), 3, 1'000};
  const auto age = [](const std::string& path, int hours) {
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours{hours});
  };
  std::vector<std::string> paths;
  for (const std::string text : {"a", "b", "c"}) {
    paths.push_back(cache.put(hash_of(text), bytes_of(text)).value());
    age(paths.back(), 10 - static_cast<int>(paths.size()));
  }
  EXPECT_EQ(cache.find(hash_of("a")), paths[0]); // used now
  std::ofstream{folder / "models" / ".left-by-a-dead-process"} << "x";
  age((folder / "models" / ".left-by-a-dead-process").string(), 2);
  ASSERT_TRUE(cache.put(hash_of("d"), bytes_of("d")));
  EXPECT_TRUE(fs::exists(paths[0]));
  EXPECT_FALSE(fs::exists(paths[1]));
  EXPECT_TRUE(fs::exists(paths[2]));
  EXPECT_EQ(files_in_cache(), 3U);
  // By bytes: the newest stays even where it is larger than all that is allowed.
  const std::string large(2'000, 'x');
  ASSERT_TRUE(cache.put(hash_of(large), bytes_of(large)));
  EXPECT_EQ(files_in_cache(), 1U);
}

TEST_F(library_cache_test, a_folder_that_others_may_enter_is_closed_to_them) {
  fs::create_directories(folder / "models");
  fs::permissions(folder / "models", fs::perms::all);
  const library_cache cache{(folder / "models").string()};
  ASSERT_TRUE(cache.put(hash_of("a"), bytes_of("a")));
  EXPECT_EQ(mode_of(folder / "models"), 0700U);
}

TEST_F(library_cache_test, a_link_in_the_folders_place_is_refused_with_what_to_do) {
  fs::create_directories(folder / "elsewhere");
  fs::create_directory_symlink(folder / "elsewhere", folder / "models");
  const library_cache cache{(folder / "models").string()};
  const auto put = cache.put(hash_of("a"), bytes_of("a"));
  ASSERT_FALSE(put);
  EXPECT_NE(put.error().why.find("LOCKSTEP_CACHE"), std::string::npos);
}

TEST_F(library_cache_test,
       a_build_is_its_own_file_or_the_cached_one_or_refused_with_what_is_there) {
  const library_cache cache{(folder / "models").string()};
  const auto path = (folder / "model.so").string();
  std::ofstream{path} << "build one";
  const auto one = hash_of("build one");
  const auto two = hash_of("build two");
  EXPECT_EQ(find_build({"m", path, one}, cache).value(), path);
  EXPECT_EQ(test::error_of(find_build({"m", path, two}, cache)).why,
            "has SHA-256 " + one + " there");
  EXPECT_EQ(test::error_of(find_build({"m", path + "x", two}, cache)).why, "is not there");
  const auto kept = cache.put(two, bytes_of("build two")).value();
  EXPECT_EQ(find_build({"m", path, two}, cache).value(), kept);
  EXPECT_EQ(read_build({"m", path, one}).value().size(), 9U);
  EXPECT_FALSE(read_build({"m", path, two}));
}

} // namespace lockstep
