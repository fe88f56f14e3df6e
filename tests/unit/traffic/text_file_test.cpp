// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/tntp/text_file.hpp"
#include "tests/unit/traffic/error_text.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace traffic_assignment {

namespace {

namespace fs = std::filesystem;

/// A folder that is gone after the test.
class text_files : public testing::Test {
protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] fs::path file(const std::string& name) const { return folder_ / name; }

  [[nodiscard]] fs::path packed(const std::string& name, const std::string& text) const {
    const auto sink = gzopen(file(name).c_str(), "wb");
    EXPECT_EQ(gzwrite(sink, text.data(), static_cast<unsigned>(text.size())),
              static_cast<int>(text.size()));
    EXPECT_EQ(gzclose(sink), Z_OK);
    return file(name);
  }

private:
  fs::path folder_ =
      fs::temp_directory_path() / ("text_files_" + std::to_string(::getpid()) + "_" +
                                   testing::UnitTest::GetInstance()->current_test_info()->name());
};

/// Text that does not shrink to nothing when packed.
std::string long_text() {
  std::string text;
  for (int i = 0; i < 50'000; ++i)
    text += std::to_string(i * 7919) + '\n';
  return text;
}

} // namespace

TEST_F(text_files, plain_and_packed_ones_read_the_same) {
  const auto text = long_text();
  write_text_file(file("plain.txt"), text);
  EXPECT_EQ(read_text_file(file("plain.txt")), text);
  EXPECT_EQ(read_text_file(packed("packed.txt.gz", text)), text);
  EXPECT_EQ(read_text_file(packed("packed_without_gz.txt", text)), text);
}

TEST_F(text_files, an_empty_one_reads_as_nothing) {
  write_text_file(file("empty"), "");
  EXPECT_EQ(read_text_file(file("empty")), "");
}

TEST_F(text_files, damaged_packed_ones_are_refused) {
  const auto cut = packed("cut.gz", long_text());
  fs::resize_file(cut, fs::file_size(cut) / 2);
  EXPECT_EQ(error_of([&] { (void)read_text_file(cut); }).rfind(cut.string() + ": damaged gzip", 0),
            0U);

  const auto changed = packed("changed.gz", long_text());
  std::fstream bytes{changed, std::ios::in | std::ios::out | std::ios::binary};
  bytes.seekp(static_cast<std::streamoff>(fs::file_size(changed) / 2));
  bytes << "damage";
  bytes.close();
  EXPECT_EQ(error_of([&] {
              (void)read_text_file(changed);
            }).rfind(changed.string() + ": damaged gzip", 0),
            0U);
}

TEST_F(text_files, larger_ones_than_allowed_are_refused_by_their_unpacked_size) {
  const auto packed_file = packed("a.gz", std::string(1000, 'x'));
  EXPECT_EQ(read_text_file(packed_file, 1000).size(), 1000U);
  EXPECT_EQ(error_of([&] { (void)read_text_file(packed_file, 999); }),
            packed_file.string() + ": has more than 999 bytes");
}

TEST_F(text_files, what_is_no_file_is_refused) {
  EXPECT_EQ(error_of([&] { (void)read_text_file(file("none")); }),
            file("none").string() + ": No such file or directory");
  EXPECT_EQ(error_of([] { (void)read_text_file("/dev/zero"); }), "/dev/zero: is no regular file");
}

TEST_F(text_files, a_failed_write_leaves_nothing_behind) {
  fs::create_directories(file("folder"));
  EXPECT_EQ(error_of([&] { write_text_file(file("folder"), "text"); }),
            file("folder").string() + ": is no regular file");
  EXPECT_TRUE(fs::is_empty(file("folder")));
}

} // namespace traffic_assignment
