// SPDX-License-Identifier: BSD-3-Clause

#include "platform/certificates/certificate.hpp"
#include "platform/certificates/certificate_request.hpp"
#include "platform/openssl/sha256.hpp"
#include "platform/tokens/admission.hpp"
#include "platform/tokens/token_store.hpp"
#include "platform/tokens/token_text.hpp"

#include "tests/fuzz/damager.hpp"
#include "tests/unit/tls/pki_folder.hpp"

#include <gtest/gtest.h>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <random>
#include <string>
#include <variant>
#include <vector>

/// What peers show to get in: tokens, and requests for certificates; and the file that
/// tokens are looked up in. Good ones, damaged. LOCKSTEP_FUZZ_SEED repeats a run,
/// LOCKSTEP_FUZZ_ROUNDS makes it longer.

namespace lockstep {

namespace {

using fuzz::damager;
using test::must;
using test::pki_folder;

std::uint64_t seed_of_run() {
  const auto seed = fuzz::from_environment("LOCKSTEP_FUZZ_SEED", std::random_device{}());
  std::cout << "LOCKSTEP_FUZZ_SEED=" << seed << std::endl;
  return seed;
}

std::uint64_t rounds_of_run(std::uint64_t fallback) {
  return fuzz::from_environment("LOCKSTEP_FUZZ_ROUNDS", fallback);
}

constexpr std::string_view begin_line = "-----BEGIN CERTIFICATE REQUEST-----\n";
constexpr std::string_view end_line = "-----END CERTIFICATE REQUEST-----\n";

std::string bytes_of(std::string_view pem) {
  std::string base64{pem.substr(begin_line.size(), pem.find(end_line) - begin_line.size())};
  std::erase(base64, '\n');
  std::string bytes(base64.size(), '\0');
  const auto size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                    reinterpret_cast<const unsigned char*>(base64.data()),
                                    static_cast<int>(base64.size()));
  EXPECT_GT(size, 0);
  bytes.resize(static_cast<std::size_t>(std::max(size, 0)));
  return bytes;
}

std::string pem_of(const std::string& bytes) {
  std::string base64(4 * (bytes.size() / 3 + 1) + 1, '\0');
  base64.resize(static_cast<std::size_t>(EVP_EncodeBlock(
      reinterpret_cast<unsigned char*>(base64.data()),
      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()))));
  std::string pem{begin_line};
  constexpr std::size_t line = 64;
  for (std::size_t at = 0; at < base64.size(); at += line)
    pem += base64.substr(at, line) + '\n';
  return pem + std::string{end_line};
}

} // namespace

TEST(credentials_fuzz, a_text_is_a_token_as_we_write_them_or_none) {
  damager random(seed_of_run());
  const token_text token{"0123abcd", std::string(token_secret_digits, '7')};
  const std::array texts{to_string(token), to_string(join_token_text{token, std::string(64, 'e')})};
  const auto rounds = rounds_of_run(50'000);
  for (std::uint64_t round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
    const auto text = random.damage(texts[random.below(texts.size())]);
    SCOPED_TRACE(text);
    if (const auto found = parse_token(text)) {
      EXPECT_TRUE(is_hexadecimal(found->id, token_id_digits));
      EXPECT_TRUE(is_hexadecimal(found->secret, token_secret_digits));
      EXPECT_NE(text.find(to_string(*found)), std::string::npos);
    }
    if (const auto found = parse_join_token(text)) {
      EXPECT_TRUE(is_hexadecimal(found->fingerprint, sha256_digits));
      EXPECT_NE(text.find(to_string(*found)), std::string::npos);
    }
  }
}

TEST(credentials_fuzz, a_request_is_read_whole_and_with_its_proof_or_refused) {
  damager random(seed_of_run());
  auto made = make_request("beta");
  ASSERT_TRUE(made);
  const auto good = made->request;
  const auto bytes = bytes_of(good);
  ASSERT_EQ(read_request(pem_of(bytes)).name, "beta");
  const auto rounds = rounds_of_run(5'000);
  for (std::uint64_t round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
    const bool as_text = random.below(4) == 0;
    const auto request = as_text ? random.damage(good) : pem_of(random.damage(bytes));
    SCOPED_TRACE(request);
    try {
      const auto found = read_request(request);
      // Whoever signed it had the key, and signed this name.
      EXPECT_EQ(found.name, "beta");
      EXPECT_NE(found.key.get(), nullptr);
    } catch (const pki_failure& refused) {
      EXPECT_FALSE(std::string{refused.what()}.empty());
    }
  }
}

TEST(credentials_fuzz, a_machine_gets_in_whole_or_leaves_no_trace) {
  damager random(seed_of_run());
  const pki_folder folder;
  must(folder.by().init("weather"));
  const token_store tokens(folder.path(), folder.clock());
  const auto make_token = [&] {
    return to_string(must(tokens.create(token_kind::join, join_token_life)));
  };
  const auto request = must(make_request("beta")).request;
  const auto bytes = bytes_of(request);
  auto token = make_token();
  auto members = must(folder.by().list()).size();
  const auto rounds = rounds_of_run(400);
  for (std::uint64_t round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
    const bool spares_token = random.below(3) != 0;
    const auto shown = spares_token ? token : random.damage(token);
    const auto asked = pem_of(random.damage(bytes));
    SCOPED_TRACE(shown + '\n' + asked);
    const auto outcome = admit_by_token(folder.by(), shown, asked);
    const auto now = must(folder.by().list()).size();
    if (outcome) {
      EXPECT_EQ(outcome->issued.facts.name, "beta");
      EXPECT_EQ(outcome->issued.facts.role, certificate_role::node);
      EXPECT_EQ(now, members + 1);
      must(folder.by().revoke("beta"));
      token = make_token();
    } else {
      EXPECT_EQ(now, members);
      EXPECT_TRUE(!spares_token || std::holds_alternative<pki_error>(outcome.error()));
    }
    members = now;
  }
  // After all of that the token is as good as new.
  EXPECT_TRUE(admit_by_token(folder.by(), token, request));
}

TEST(credentials_fuzz, a_damaged_file_of_tokens_makes_no_token_good) {
  damager random(seed_of_run());
  const pki_folder folder;
  const token_store tokens(folder.path(), folder.clock());
  const auto held = must(tokens.create(token_kind::read, control_token_life));
  must(tokens.create(token_kind::admin, control_token_life));
  const auto good = folder.text_of("tokens.json");
  const auto rounds = rounds_of_run(20'000);
  for (std::uint64_t round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
    const auto damaged = random.damage(good);
    SCOPED_TRACE(damaged);
    folder.overwrite("tokens.json", damaged);
    const token_store store(folder.path(), folder.clock());
    auto wrong = held;
    wrong.secret[random.below(token_secret_digits)] ^= 1; // another digit
    EXPECT_FALSE(store.check(to_string(wrong)));
    (void)store.check(to_string(held)); // good or not, as the damage may be
  }
}

} // namespace lockstep
