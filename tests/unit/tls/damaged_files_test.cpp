// SPDX-License-Identifier: BSD-3-Clause

#include "tests/error_of.hpp"
#include "tests/unit/tls/pki_folder.hpp"

#include "platform/certificates/private_folder.hpp"
#include "platform/tokens/token_store.hpp"

#include <sys/stat.h>

namespace lockstep {

namespace {

using test::holds;
using test::must;
using test::pki_folder;
using test::why;

class damaged_files : public testing::Test {
protected:
  damaged_files() { must(folder.by().init("weather")); }

  [[nodiscard]] std::string complaint() const { return why(folder.by().list()); }

  pki_folder folder;
};

} // namespace

TEST_F(damaged_files, a_folder_without_an_authority_is_told_with_what_makes_one) {
  const pki_folder empty;
  EXPECT_TRUE(holds(why(empty.by().list()), "Cannot open the folder"));
  std::filesystem::create_directory(empty.path());
  ::chmod(empty.path().c_str(), 0700);
  EXPECT_TRUE(holds(why(empty.by().list()), "`control pki init`"));
}

TEST_F(damaged_files, a_file_that_is_missing_is_named) {
  for (const std::string file : {"ca.pem", "ca-key.pem", "index.json"}) {
    const auto text = folder.text_of(file);
    std::filesystem::remove(folder.path() / file);
    EXPECT_TRUE(holds(complaint(), file + " is missing")) << complaint();
    folder.overwrite(file, text);
    std::filesystem::permissions(folder.path() / file, std::filesystem::perms{0600});
  }
  EXPECT_EQ(complaint(), "");
}

TEST_F(damaged_files, nonsense_in_a_file_is_told_with_the_file) {
  for (const std::string file : {"ca.pem", "ca-key.pem", "index.json"})
    for (const std::string text :
         {"", "nonsense", "{}", "[1,", R"({"revocations": -1, "certificates": [{}]})",
          "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
      const auto before = folder.text_of(file);
      folder.overwrite(file, text);
      EXPECT_TRUE(holds(complaint(), file)) << file << ": " << text << ": " << complaint();
      folder.overwrite(file, before);
    }
}

TEST_F(damaged_files, a_changed_index_is_damaged_where_it_says_what_cannot_be) {
  const auto before = folder.text_of("index.json");
  const auto with = [&](const std::string& part, const std::string& instead) {
    auto text = before;
    text.replace(text.find(part), part.size(), instead);
    folder.overwrite("index.json", text);
    return complaint();
  };
  EXPECT_TRUE(holds(with("\"head\"", "\"../head\""), "index.json is damaged"));
  EXPECT_TRUE(holds(with("\"not_after\": ", "\"not_after\": 99999"), "index.json is damaged"));
  EXPECT_TRUE(holds(with("\"serial\": \"", "\"serial\": \"xyz"), "index.json is damaged"));
  EXPECT_TRUE(holds(with("\"revoked_at\": null", "\"revoked_at\": \"no\""), "damaged"));
}

TEST_F(damaged_files, a_key_of_another_authority_is_refused) {
  const pki_folder other;
  must(other.by().init("weather"));
  folder.overwrite("ca-key.pem", other.text_of("ca-key.pem"));
  EXPECT_TRUE(holds(complaint(), "ca-key.pem is not the key of"));
}

TEST_F(damaged_files, a_members_certificate_is_no_authoritys) {
  folder.overwrite("ca.pem", folder.text_of("head.pem"));
  folder.overwrite("ca-key.pem", folder.text_of("head-key.pem"));
  EXPECT_TRUE(holds(complaint(), "is no authority's certificate"));
}

TEST_F(damaged_files, a_folder_or_a_key_that_others_can_reach_is_refused_with_the_remedy) {
  ::chmod(folder.path().c_str(), 0750);
  EXPECT_TRUE(holds(complaint(), "chmod 700"));
  ::chmod(folder.path().c_str(), 0700);
  ::chmod((folder.path() / "ca-key.pem").c_str(), 0640);
  EXPECT_TRUE(holds(complaint(), "chmod 600"));
}

TEST_F(damaged_files, a_folder_of_another_user_is_refused) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "only root can give a folder away";
  ASSERT_EQ(::chown(folder.path().c_str(), 12345, 12345), 0);
  EXPECT_TRUE(holds(complaint(), "belongs to user 12345"));
}

TEST_F(damaged_files, links_pipes_and_huge_files_are_no_files_of_ours) {
  const auto index = folder.path() / "index.json";
  std::filesystem::rename(index, folder.path() / "elsewhere.json");
  std::filesystem::create_symlink("elsewhere.json", index);
  EXPECT_TRUE(holds(complaint(), "Cannot open"));
  std::filesystem::remove(index);
  ASSERT_EQ(::mkfifo(index.c_str(), 0600), 0);
  EXPECT_TRUE(holds(complaint(), "is no plain file"));
  std::filesystem::remove(index);
  folder.overwrite("index.json", "");
  std::filesystem::permissions(index, std::filesystem::perms{0600});
  std::filesystem::resize_file(index, private_folder::file_bytes_max + 1);
  EXPECT_TRUE(holds(complaint(), "none of Lockstep's"));
}

TEST_F(damaged_files, what_a_killed_writer_left_is_no_hindrance) {
  folder.overwrite(".index.json.new", "half");
  must(folder.by().issue("n1", certificate_role::node));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / ".index.json.new"));
}

TEST_F(damaged_files, damaged_tokens_are_told_to_the_operator_and_not_to_a_stranger) {
  const token_store tokens(folder.path());
  const auto token = to_string(must(tokens.create(token_kind::read, std::chrono::hours{1})));
  folder.overwrite("tokens.json", R"({"tokens": [{"id": 1}]})");
  EXPECT_TRUE(holds(why(tokens.list()), "tokens.json is damaged"));
  const auto decision = test::error_of(tokens.check(token));
  EXPECT_EQ(decision.why, token_refusal::reason::store_failed);
  EXPECT_TRUE(holds(decision.text, "tokens.json is damaged"));
  EXPECT_EQ(to_string(decision), "The tokens cannot be read at present.");
}

} // namespace lockstep
