// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/client/client_process.hpp"
#include "tests/unit/tls/pki_folder.hpp"

#include "control/client/exit_code.hpp"

#include "platform/certificates/certificate.hpp"
#include "platform/tokens/token_store.hpp"

#include <lockstep/json.hpp>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <variant>

namespace lockstep {

namespace {

using test::client_outcome;
using test::holds;
using test::pki_folder;

class pki_commands : public testing::Test {
protected:
  /// `control` with these words and this folder.
  [[nodiscard]] client_outcome control(std::vector<std::string> words) const {
    words.insert(words.end(), {"--pki", folder.path().string()});
    return test::run_client(words);
  }
  [[nodiscard]] json asked(std::vector<std::string> words) const {
    words.emplace_back("--json");
    return json::parse(control(std::move(words)).out);
  }

  pki_folder folder;
};

} // namespace

TEST_F(pki_commands, init_makes_an_authority_once) {
  const auto made = control({"pki", "init", "--name", "weather"});
  EXPECT_EQ(made.code, exit_code::done) << made.err;
  EXPECT_TRUE(holds(made.out, "weather") && holds(made.out, "fingerprint")) << made.out;
  const auto again = control({"pki", "init"});
  EXPECT_EQ(again.code, exit_code::failed);
  EXPECT_TRUE(again.err.starts_with("control: There is an authority in")) << again.err;
}

TEST_F(pki_commands, the_environment_says_where_the_authority_is) {
  ::setenv("LOCKSTEP_PKI", folder.path().c_str(), 1);
  const auto made = test::run_client({"pki", "init"});
  ::unsetenv("LOCKSTEP_PKI");
  EXPECT_EQ(made.code, exit_code::done) << made.err;
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "ca.pem"));
}

TEST_F(pki_commands, issue_writes_a_certificate_of_the_role_and_the_life_asked_for) {
  EXPECT_EQ(control({"pki", "init"}).code, exit_code::done);
  const auto issued = asked({"pki", "issue", "standby", "--role", "head", "--days", "7"});
  EXPECT_EQ(issued.at("role"), "head");
  const auto facts = read_certificate(folder.text_of("standby.pem"));
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->role, certificate_role::head);
  EXPECT_EQ(issued.at("serial"), facts->serial);
  EXPECT_LT(facts->not_after, folder.now() + std::chrono::days{8});
}

TEST_F(pki_commands, issue_writes_all_that_a_machine_needs_where_it_is_told) {
  EXPECT_EQ(control({"pki", "init"}).code, exit_code::done);
  const auto out = folder.beside("n1").string();
  EXPECT_EQ(control({"pki", "issue", "n1", "--out", out}).code, exit_code::done);
  for (const auto* file : {"/ca.pem", "/n1.pem", "/n1-key.pem", "/revoked.pem"})
    EXPECT_TRUE(std::filesystem::exists(out + file)) << file;
}

TEST_F(pki_commands, addresses_go_into_a_heads_certificate_and_into_no_nodes) {
  EXPECT_EQ(control({"pki", "init", "--address", "head.example", "192.0.2.1"}).code,
            exit_code::done);
  const auto renewed = control({"pki", "renew", "head", "--address", "192.0.2.2"});
  EXPECT_TRUE(holds(renewed.out, "head.example 192.0.2.1 192.0.2.2")) << renewed.out;
  const auto node = control({"pki", "issue", "n1", "--address", "n1.example"});
  EXPECT_EQ(node.code, exit_code::failed);
  EXPECT_TRUE(holds(node.err, "Only a head's certificate names hosts")) << node.err;
}

TEST_F(pki_commands, revoke_and_list_say_who_is_out) {
  EXPECT_EQ(control({"pki", "init"}).code, exit_code::done);
  EXPECT_EQ(control({"pki", "issue", "n1"}).code, exit_code::done);
  EXPECT_TRUE(holds(control({"pki", "revoke", "n1"}).out, "revoked"));
  const auto all = asked({"pki", "list"}).at("certificates");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].at("state"), "valid");
  EXPECT_EQ(all[1].at("state"), "revoked");
  EXPECT_EQ(control({"pki", "revoke", "n1"}).code, exit_code::failed);
}

TEST_F(pki_commands, renew_prolongs_the_heads_certificate) {
  EXPECT_EQ(control({"pki", "init"}).code, exit_code::done);
  const auto before = read_certificate(folder.text_of("head.pem"));
  EXPECT_EQ(control({"pki", "renew", "head", "--days", "60"}).code, exit_code::done);
  EXPECT_GT(read_certificate(folder.text_of("head.pem"))->not_after, before->not_after);
}

TEST_F(pki_commands, renew_without_a_name_prolongs_the_authority) {
  const auto before = asked({"pki", "init", "--name", "weather"});
  const auto after = asked({"pki", "renew"});
  EXPECT_EQ(after.at("cluster"), "weather");
  EXPECT_NE(after.at("fingerprint"), before.at("fingerprint"));
  EXPECT_TRUE(holds(control({"pki", "renew"}).err, "SIGHUP"));
}

TEST_F(pki_commands, a_bad_name_role_or_life_is_exit_code_2) {
  EXPECT_EQ(control({"pki", "init"}).code, exit_code::done);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"pki", "issue", "../x"},
                                                {"pki", "issue", "n1", "--role", "admin"},
                                                {"pki", "issue", "n1", "--days", "0"},
                                                {"pki", "issue", "n1", "--days", "366"},
                                                {"pki", "renew", "head", "--address", "a b"},
                                                {"pki", "renew", "--days", "7"},
                                                {"pki", "issue"},
                                                {"pki", "init", "--name", "a b"},
                                                {"pki"},
                                                {"pki", "jump"}}) {
    const auto ended = control(words);
    EXPECT_EQ(ended.code, exit_code::usage) << words.back() << ended.err;
    EXPECT_TRUE(ended.err.starts_with("control: ")) << ended.err;
  }
  EXPECT_TRUE(holds(control({"pki", "issue"}).err, "`control pki issue --help`"));
}

TEST_F(pki_commands, without_an_authority_the_command_that_makes_one_is_told) {
  std::filesystem::create_directory(folder.path());
  std::filesystem::permissions(folder.path(), std::filesystem::perms{0700});
  const auto ended = control({"token", "create", "--join", "127.0.0.1:8051"});
  EXPECT_EQ(ended.code, exit_code::failed);
  EXPECT_TRUE(holds(ended.err, "`control pki init`")) << ended.err;
}

TEST_F(pki_commands, a_join_token_is_one_line_to_copy) {
  const auto made = asked({"pki", "init"});
  const auto ended = control({"token", "create", "--join", "[::1]:8051", "--expires", "30m"});
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  const std::string start = "node --join [::1]:8051 --token ";
  ASSERT_TRUE(ended.out.starts_with(start) && ended.out.ends_with("\n")) << ended.out;
  const auto token = parse_join_token(ended.out.substr(start.size()));
  ASSERT_TRUE(token) << ended.out;
  EXPECT_EQ(made.at("fingerprint"), token->fingerprint);
  EXPECT_TRUE(holds(ended.err, "--token-file")) << ended.err;
  EXPECT_FALSE(holds(ended.err, token->token.secret)) << ended.err;
  const auto decision = token_store(folder.path()).take(to_string(token->token));
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->expires - decision->created, std::chrono::minutes{30});
}

TEST_F(pki_commands, a_token_for_clients_stands_alone_and_needs_no_authority) {
  for (const std::string role : {"read", "operate", "admin"}) {
    const auto ended = control({"token", "create", "--role", role});
    ASSERT_TRUE(parse_token(ended.out)) << ended.out << ended.err;
    const auto decision = token_store(folder.path()).check(ended.out);
    ASSERT_TRUE(decision) << role;
    EXPECT_EQ(to_string(decision->kind), role);
  }
}

TEST_F(pki_commands, a_token_goes_into_a_new_file_that_nobody_else_can_read) {
  const auto file = folder.beside("read.token");
  const auto before = ::umask(0);
  const auto made = control({"token", "create", "--role", "read", "--out", file.string()});
  ::umask(before);
  EXPECT_EQ(made.code, exit_code::done) << made.err;
  EXPECT_EQ(made.out, file.string() + "\n");
  EXPECT_EQ(std::filesystem::status(file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  auto text = test::text_of(file);
  ASSERT_FALSE(text.empty());
  text.pop_back();
  EXPECT_TRUE(token_store{folder.path()}.check(text));
  const auto again = control({"token", "create", "--role", "read", "--out", file.string()});
  EXPECT_EQ(again.code, exit_code::failed);
  EXPECT_TRUE(holds(again.err, "Take another name, or remove it first")) << again.err;
  EXPECT_EQ(asked({"token", "list"}).at("tokens").size(), 1U) << "a token that nobody has";
}

TEST_F(pki_commands, tokens_are_listed_without_their_secrets_and_revoked_by_id) {
  const auto made = asked({"token", "create", "--role", "admin"});
  const auto token = made.at("token").get<std::string>();
  const auto id = made.at("id").get<std::string>();
  const auto listed = control({"token", "list"});
  EXPECT_TRUE(holds(listed.out, id)) << listed.out;
  EXPECT_FALSE(holds(listed.out, token.substr(id.size() + 1))) << listed.out;
  EXPECT_EQ(control({"token", "revoke", id}).code, exit_code::done);
  EXPECT_EQ(control({"token", "revoke", id}).code, exit_code::failed);
  EXPECT_TRUE(asked({"token", "list"}).at("tokens").empty());
  EXPECT_FALSE(token_store(folder.path()).check(token));
}

TEST_F(pki_commands, a_token_without_purpose_with_two_or_for_no_time_is_exit_code_2) {
  EXPECT_EQ(control({"pki", "init"}).code, exit_code::done);
  using words = std::vector<std::string>;
  for (const auto& more :
       {words{}, words{"--role", "read", "--join", "127.0.0.1:1"}, words{"--role", "root"},
        words{"--join", "127.0.0.1"}, words{"--join", "127.0.0.1:0"},
        words{"--role", "read", "--expires", "0s"}, words{"--role", "read", "--expires", "1w"}}) {
    words all{"token", "create"};
    all.insert(all.end(), more.begin(), more.end());
    const auto ended = control(all);
    EXPECT_EQ(ended.code, exit_code::usage) << ended.out << ended.err;
    EXPECT_EQ(ended.out, "");
  }
  EXPECT_TRUE(asked({"token", "list"}).at("tokens").empty());
}

} // namespace lockstep
