// Answers as text.
#pragma once

#include "arguments.hpp"

#include <outlive.hpp>

#include <iosfwd>
#include <string_view>

// The verdicts of a result, function by function, then what they come to.
void report(std::ostream &out, const outlive::Result &result, const Arguments &arguments);

// An error: the file, what kind of error, and what the library says, with line and column of a text or the place in an image.
void report(std::ostream &out, std::string_view file, const outlive::Error &error);
