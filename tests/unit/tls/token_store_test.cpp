// SPDX-License-Identifier: BSD-3-Clause

#include "tests/error_of.hpp"
#include "tests/unit/tls/pki_folder.hpp"

#include "platform/tokens/token_store.hpp"

#include <sys/stat.h>

#include <set>

namespace lockstep {

namespace {

using test::holds;
using test::must;
using test::pki_folder;
using test::why;
using namespace std::chrono_literals;
using reason = token_refusal::reason;

class tokens : public testing::Test {
protected:
  std::string made(token_kind kind, std::chrono::seconds life = 1h) const {
    return to_string(must(store.create(kind, life)));
  }

  static token_kind kind_of(const token_decision& decision) { return decision.value().kind; }
  static reason refused(const token_decision& decision) { return test::error_of(decision).why; }

  pki_folder folder;
  token_store store{folder.path(), folder.clock()};
};

} // namespace

TEST_F(tokens, a_control_token_opens_with_its_role_as_often_as_it_is_shown) {
  for (const auto kind : {token_kind::read, token_kind::operate, token_kind::admin}) {
    const auto token = made(kind);
    EXPECT_EQ(kind_of(store.check(token)), kind);
    EXPECT_EQ(kind_of(store.check(token + "\n")), kind);
  }
}

TEST_F(tokens, a_wrong_secret_is_refused_like_an_unknown_id) {
  const auto token = made(token_kind::admin);
  auto wrong = token;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  const auto unknown = (token.starts_with("0") ? "1" : "0") + token.substr(1);
  EXPECT_EQ(refused(store.check(wrong)), reason::unknown);
  EXPECT_EQ(refused(store.check(unknown)), reason::unknown);
  EXPECT_EQ(to_string(test::error_of(store.check(wrong))),
            to_string(test::error_of(store.check(unknown))));
}

TEST_F(tokens, what_is_no_token_is_refused_without_a_file) {
  for (const std::string text : {"", ".", "0123abcd", "0123abcd.", "hello"})
    EXPECT_EQ(refused(store.check(text)), reason::malformed) << text;
  EXPECT_EQ(refused(store.check("0123abcd." + std::string(64, '0'))), reason::unknown);
  EXPECT_FALSE(std::filesystem::exists(folder.path()));
}

TEST_F(tokens, an_expired_token_is_refused_and_says_so) {
  const auto control = made(token_kind::read, 30min);
  const auto join = made(token_kind::join, 30min);
  folder.advance(30min - 1s);
  EXPECT_EQ(kind_of(store.check(control)), token_kind::read);
  folder.advance(1s);
  EXPECT_EQ(refused(store.check(control)), reason::expired);
  EXPECT_EQ(refused(store.take(join)), reason::expired);
  EXPECT_TRUE(holds(to_string(test::error_of(store.take(join))), "has expired"));
  EXPECT_TRUE(must(store.list()).empty());
}

TEST_F(tokens, a_join_token_is_taken_once_and_the_second_is_told) {
  const auto join = made(token_kind::join);
  EXPECT_EQ(kind_of(store.take(join)), token_kind::join);
  EXPECT_EQ(refused(store.take(join)), reason::used);
  EXPECT_TRUE(holds(to_string(test::error_of(store.take(join))), "used already"));
  EXPECT_EQ(must(store.list()).front().used_at, folder.now());
}

TEST_F(tokens, a_token_of_one_kind_does_not_serve_as_the_other) {
  const auto join = made(token_kind::join), admin = made(token_kind::admin);
  EXPECT_EQ(refused(store.check(join)), reason::wrong_kind);
  EXPECT_EQ(refused(store.take(admin)), reason::wrong_kind);
  EXPECT_EQ(kind_of(store.take(join)), token_kind::join) << "it has not been used up";
}

TEST_F(tokens, a_revoked_token_is_refused_at_once_by_who_has_read_the_file_before) {
  const auto token = made(token_kind::operate), other = made(token_kind::read);
  const token_store head(folder.path(), folder.clock());
  EXPECT_EQ(kind_of(head.check(token)), token_kind::operate);
  EXPECT_EQ(must(store.revoke(token.substr(0, 8))).kind, token_kind::operate);
  EXPECT_EQ(refused(head.check(token)), reason::unknown);
  EXPECT_EQ(kind_of(head.check(other)), token_kind::read);
  EXPECT_TRUE(holds(why(store.revoke(token.substr(0, 8))), "no token of this id"));
}

TEST_F(tokens, an_old_file_is_read_once_and_again_when_it_has_changed) {
  const auto token = made(token_kind::read);
  const auto file = folder.path() / "tokens.json";
  std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - 1h);
  EXPECT_EQ(kind_of(store.check(token)), token_kind::read);
  // Unreadable, but it looks the same: whoever answers now has not read it.
  const auto when = std::filesystem::last_write_time(file);
  std::ofstream(file, std::ios::in | std::ios::out) << "x";
  std::filesystem::last_write_time(file, when);
  EXPECT_EQ(kind_of(store.check(token)), token_kind::read);
  std::filesystem::last_write_time(file, when + 1s);
  EXPECT_EQ(refused(store.check(token)), reason::store_failed);
}

TEST_F(tokens, the_file_holds_no_secret_and_nobody_else_may_read_it) {
  const auto token = made(token_kind::admin);
  const auto file = folder.path() / "tokens.json";
  EXPECT_FALSE(holds(folder.text_of("tokens.json"), token.substr(9)));
  EXPECT_TRUE(holds(folder.text_of("tokens.json"), token.substr(0, 8)));
  struct stat found {};
  ASSERT_EQ(::stat(file.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777U, 0600U);
  ::chmod(file.c_str(), 0604);
  EXPECT_EQ(refused(store.check(token)), reason::store_failed);
}

TEST_F(tokens, no_two_tokens_are_alike) {
  std::set<std::string> ids, secrets;
  for (int i = 0; i < 50; ++i) {
    const auto token = must(store.create(token_kind::read, 1h));
    ids.insert(token.id);
    secrets.insert(token.secret);
  }
  EXPECT_EQ(ids.size(), 50U);
  EXPECT_EQ(secrets.size(), 50U);
}

TEST_F(tokens, there_are_so_many_and_no_more_but_expired_ones_make_room) {
  made(token_kind::read, 1h);
  const auto one = folder.text_of("tokens.json");
  const auto begin = one.find("[") + 1;
  const auto entry = one.substr(begin, one.rfind("]") - begin);
  std::string many;
  for (std::size_t i = 0; i < tokens_max; ++i)
    many += (i == 0 ? "" : ",") + entry;
  folder.overwrite("tokens.json", "{\"tokens\": [" + many + "]}");
  EXPECT_TRUE(holds(why(store.create(token_kind::read, 1h)), "1000 tokens"));
  folder.advance(1h);
  EXPECT_EQ(why(store.create(token_kind::read, 1h)), "");
  EXPECT_EQ(must(store.list()).size(), 1U);
}

TEST_F(tokens, what_expired_a_day_ago_is_forgotten) {
  made(token_kind::read, 1h);
  folder.advance(26h);
  const auto token = made(token_kind::read, 1h);
  EXPECT_EQ(folder.text_of("tokens.json").find("\"id\""),
            folder.text_of("tokens.json").rfind("\"id\""));
  EXPECT_EQ(kind_of(store.check(token)), token_kind::read);
}

TEST_F(tokens, a_life_of_nothing_or_of_more_than_ten_years_is_refused) {
  EXPECT_NE(why(store.create(token_kind::read, 0s)), "");
  EXPECT_NE(why(store.create(token_kind::read, token_life_max + 1s)), "");
}

TEST(token_text, a_token_is_read_as_it_is_written) {
  const std::string text = "0123abcd." + std::string(64, 'e');
  const auto token = parse_token(" " + text + "\n");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->id, "0123abcd");
  EXPECT_EQ(to_string(*token), text);
}

TEST(token_text, a_join_token_brings_the_authoritys_fingerprint) {
  const std::string text = "0123abcd." + std::string(64, 'e') + "." + std::string(64, 'f');
  const auto join = parse_join_token(text + "\n");
  ASSERT_TRUE(join);
  EXPECT_EQ(join->fingerprint, std::string(64, 'f'));
  EXPECT_EQ(to_string(join->token), "0123abcd." + std::string(64, 'e'));
  EXPECT_EQ(to_string(*join), text);
}

TEST(token_text, anything_else_is_none) {
  const std::string secret(64, 'e'), fingerprint(64, 'f');
  for (const std::string& text :
       {std::string{}, std::string{"."}, std::string{".."}, "0123abcd" + secret,
        "0123ABCD." + secret, "0123abc." + secret, "0123abcd." + secret + "0",
        "0123abcd.." + secret, "0123abcd. " + secret, "0123abcd." + std::string(64, 'g'),
        "0123abcd." + std::string(64, '\0')}) {
    EXPECT_FALSE(parse_token(text)) << text;
    EXPECT_FALSE(parse_join_token(text + "." + fingerprint)) << text;
  }
  const auto good = "0123abcd." + secret;
  for (const std::string& text : {good, good + ".", good + "." + fingerprint + "0",
                                  good + "." + std::string(64, 'F'), good + " ." + fingerprint})
    EXPECT_FALSE(parse_join_token(text)) << text;
  EXPECT_FALSE(parse_token(good + "." + fingerprint));
}

} // namespace lockstep
