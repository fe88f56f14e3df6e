// SPDX-License-Identifier: BSD-3-Clause

#include "platform/openssl/openssl_values.hpp"

#include "platform/openssl/openssl_handles.hpp"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>

#include <ctime>

namespace lockstep {

std::optional<std::chrono::system_clock::time_point> time_of(const asn1_string_st* time) {
  std::tm fields{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &fields) != 1)
    return {};
  return std::chrono::system_clock::from_time_t(::timegm(&fields));
}

std::string hexadecimal_of(const asn1_string_st* integer) {
  const openssl_handle<bignum_st> number{ASN1_INTEGER_to_BN(integer, nullptr)};
  char* digits = number ? BN_bn2hex(number.get()) : nullptr;
  std::string text = digits == nullptr ? "" : digits;
  OPENSSL_free(digits);
  return text;
}

} // namespace lockstep
