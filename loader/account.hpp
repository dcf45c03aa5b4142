// account.hpp - users and groups of this system by number and by name.
#pragma once

#include <sys/types.h>

#include <string>

namespace rt::core {

// "bob (uid 1001)", "uid 1001", "staff (gid 50)".
std::string user_text(uid_t user);
std::string group_text(gid_t group);

// A user by number or name; false where there is none of that name.
bool find_user(const std::string &text, uid_t &out);

// The effective user's primary group; false where others are members of it, too.
bool own_group(gid_t &out);

} // namespace rt::core
