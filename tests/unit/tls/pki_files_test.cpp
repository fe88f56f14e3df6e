// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/tls/pki_folder.hpp"

#include "platform/certificates/certificate_request.hpp"
#include "platform/certificates/private_folder.hpp"

#include <cstdlib>
#include <optional>

namespace lockstep {

namespace {

using test::holds;
using test::must;
using test::pki_folder;
using test::why;

/// Sets or unsets a variable, and puts it back.
class variable {
public:
  variable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name))
      before_ = before;
    set(value);
  }
  ~variable() { set(before_ ? before_->c_str() : nullptr); }
  variable(const variable&) = delete;
  variable& operator=(const variable&) = delete;

private:
  void set(const char* value) const {
    if (value == nullptr)
      ::unsetenv(name_);
    else
      ::setenv(name_, value, 1);
  }
  const char* name_;
  std::optional<std::string> before_;
};

} // namespace

TEST(pki_files, the_folder_is_where_the_environment_says) {
  const variable chosen("LOCKSTEP_PKI", "/a"), config("XDG_CONFIG_HOME", "/b"), home("HOME", "/c");
  EXPECT_EQ(default_pki_folder(), "/a");
  const variable none("LOCKSTEP_PKI", nullptr);
  EXPECT_EQ(default_pki_folder(), "/b/lockstep/pki");
  const variable no_config("XDG_CONFIG_HOME", nullptr);
  EXPECT_EQ(default_pki_folder(), "/c/.config/lockstep/pki");
  const variable nothing("HOME", nullptr);
  EXPECT_EQ(default_pki_folder(), "");
  EXPECT_TRUE(holds(why(authority({}).list()), "HOME is not set"));
}

TEST(pki_files, a_machine_that_joined_writes_what_it_got_and_renews_it) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  const auto place = folder.beside("node");
  const auto made = must(make_request("n1"));
  const auto issued = must(folder.by().admit(made.request));
  const auto authority = folder.text_of("ca.pem");
  const auto facts = must(write_member_files(
      place, "n1", {authority, issued.certificate, made.key, issued.revocation}));
  EXPECT_EQ(facts.serial, issued.facts.serial);
  const auto again = must(folder.by().renew_request(must(make_request("n1", made.key)), facts));
  EXPECT_EQ(must(write_member_files(place, "n1", {authority, again.certificate, {}, {}})).serial,
            again.facts.serial);
  const auto files = member_files(place, "n1");
  for (const auto& file : {files.authority, files.certificate, files.key, files.revocation})
    EXPECT_TRUE(std::filesystem::exists(file)) << file;
}

TEST(pki_files, parts_that_do_not_belong_together_are_not_written) {
  const pki_folder folder, other;
  must(folder.by().init("weather"));
  must(other.by().init("weather"));
  const auto place = folder.beside("node");
  const auto issued = must(folder.by().issue("n1", certificate_role::node));
  const auto foreign = must(other.by().issue("n1", certificate_role::node));
  const member_texts good{folder.text_of("ca.pem"), issued.certificate, issued.key,
                          issued.revocation};
  auto wrong = good;
  wrong.key = foreign.key;
  EXPECT_TRUE(holds(why(write_member_files(place, "n1", wrong)), "key of n1"));
  wrong = good;
  wrong.certificate = foreign.certificate;
  EXPECT_TRUE(holds(why(write_member_files(place, "n1", wrong)), "not signed"));
  wrong = good;
  wrong.revocation = foreign.revocation;
  EXPECT_TRUE(holds(why(write_member_files(place, "n1", wrong)), "revocation list"));
  EXPECT_TRUE(holds(why(write_member_files(place, "n2", good)), "n2 is none"));
  wrong = good;
  wrong.authority += other.text_of("ca.pem");
  EXPECT_TRUE(holds(why(write_member_files(place, "n1", wrong)), "not of one key"));
  EXPECT_FALSE(std::filesystem::exists(place / "n1.pem"));
  EXPECT_EQ(why(write_member_files(place, "n1", good)), "");
  const member_texts elsewhere{other.text_of("ca.pem"), foreign.certificate, foreign.key,
                               foreign.revocation};
  EXPECT_TRUE(holds(why(write_member_files(place, "n1", elsewhere)), "another cluster"));
}

TEST(pki_files, a_revocation_list_gives_way_to_a_newer_one_only) {
  const pki_folder folder, other;
  must(folder.by().init("weather"));
  must(other.by().init("weather"));
  const auto place = folder.beside("n1");
  const auto issued = must(folder.by().issue("n1", certificate_role::node, member_life, place));
  must(folder.by().issue("n2", certificate_role::node));
  must(folder.by().revoke("n2"));
  const auto newer = folder.text_of("revoked.pem");
  EXPECT_TRUE(must(write_revocation(place, newer)));
  EXPECT_FALSE(must(write_revocation(place, newer)));
  EXPECT_FALSE(must(write_revocation(place, issued.revocation)));
  const private_folder written(place);
  EXPECT_EQ(written.read("revoked.pem"), newer);
}

TEST(pki_files, a_revocation_list_of_another_authority_is_refused) {
  const pki_folder folder, other;
  must(folder.by().init("weather"));
  must(other.by().init("weather"));
  EXPECT_TRUE(holds(why(write_revocation(folder.path(), other.text_of("revoked.pem"))), "signed"));
  EXPECT_TRUE(holds(why(write_revocation(folder.path(), "nonsense")), "not signed"));
}

} // namespace lockstep
