// SPDX-License-Identifier: BSD-3-Clause

#ifdef __SANITIZE_ADDRESS__

// A link's peer that never answers keeps one small actor of CAF's waiting for it, and that actor
// and CAF's broker hold each other (basp_broker::learned_new_node): some kilobytes that nothing
// frees when the system ends. Heads and nodes end with their process. Named here by what CAF makes
// in it, so that leaks of our own are still found.
extern "C" const char* __lsan_default_suppressions();

extern "C" const char* __lsan_default_suppressions() { // NOLINT: the sanitizer's name
  return "leak:caf::io::basp_broker\n"
         "leak:caf::make_actor<caf::io::basp_broker\n"
         "leak:caf::make_node_id\n"
         "leak:caf::make_mailbox_element\n"
         "leak:caf::error::error\n"
         "leak:caf::behavior\n"
         "leak:std::_Hashtable<caf::\n";
}

#endif
