// Views for outlive.hpp, which includes this: texts, bytes, lists and tables that belong to somebody else. They copy nothing, free
// nothing, and are valid as long as what they look at.

#ifndef OUTLIVE_VIEWS_HPP
#define OUTLIVE_VIEWS_HPP

#include "outlive.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <type_traits>
#include <utility>

namespace outlive {

/// Text of the library's as a view of the standard's.
inline std::string_view view(outlive_str text) noexcept {
  return text.len == 0 ? std::string_view() : std::string_view(text.data, text.len);
}

/// The other way round.
inline outlive_str str(std::string_view text) noexcept { return outlive_str{text.data(), text.size()}; }

/// Bytes that belong to somebody else.
class Bytes {
 public:
  constexpr Bytes() noexcept = default;
  constexpr Bytes(const std::uint8_t *data, std::size_t size) noexcept : data_(data), size_(size) {}
  /// The bytes of a container whose elements are one byte long: a vector, an array, a string, a span.
  template <class Container, class Element = std::remove_pointer_t<decltype(std::declval<const Container &>().data())>,
            class = std::enable_if_t<sizeof(Element) == 1>>
  Bytes(const Container &container) noexcept
      : data_(reinterpret_cast<const std::uint8_t *>(container.data())), size_(container.size()) {}

  constexpr const std::uint8_t *data() const noexcept { return data_; }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr const std::uint8_t *begin() const noexcept { return data_; }
  constexpr const std::uint8_t *end() const noexcept { return data_ + size_; }
  constexpr std::uint8_t operator[](std::size_t i) const noexcept { return data_[i]; }

 private:
  const std::uint8_t *data_ = nullptr;
  std::size_t size_ = 0;
};

/// A table of the library's. Its rows may be longer than `Row`, when the library is newer than this header, or shorter, when it is
/// older: iteration steps by the size the library gave, and yields rows by value, what they lack being zero.
template <class Row>
class Rows {
  static_assert(std::is_trivially_copyable_v<Row>);

 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Row;

    iterator(const Rows *rows, std::size_t at) noexcept : rows_(*rows), at_(at) {}
    Row operator*() const noexcept { return rows_[at_]; }
    iterator &operator++() noexcept {
      ++at_;
      return *this;
    }
    iterator operator++(int) noexcept {
      iterator before = *this;
      ++at_;
      return before;
    }
    friend bool operator==(const iterator &a, const iterator &b) noexcept { return a.at_ == b.at_; }
    friend bool operator!=(const iterator &a, const iterator &b) noexcept { return a.at_ != b.at_; }

   private:
    Rows rows_;
    std::size_t at_;
  };

  Rows() noexcept = default;
  Rows(const void *first, std::size_t count, std::size_t entry_size) noexcept
      : first_(static_cast<const unsigned char *>(first)), count_(count), entry_size_(entry_size) {}

  std::size_t size() const noexcept { return count_; }
  bool empty() const noexcept { return count_ == 0; }
  /// Bytes from one row to the next.
  std::size_t entry_size() const noexcept { return entry_size_; }
  /// A row, which must be there.
  Row operator[](std::size_t i) const noexcept {
    Row row{};
    std::memcpy(&row, first_ + i * entry_size_, entry_size_ < sizeof(Row) ? entry_size_ : sizeof(Row));
    return row;
  }
  iterator begin() const noexcept { return iterator(this, 0); }
  iterator end() const noexcept { return iterator(this, count_); }

 private:
  const unsigned char *first_ = nullptr;
  std::size_t count_ = 0;
  std::size_t entry_size_ = 0;
};

/// Some of a table's rows, by their numbers; borrowed like `Rows`.
template <class Row>
class Selection {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Row;

    iterator(const Rows<Row> &rows, const std::uint32_t *at) noexcept : rows_(rows), at_(at) {}
    Row operator*() const noexcept { return rows_[*at_]; }
    iterator &operator++() noexcept {
      ++at_;
      return *this;
    }
    iterator operator++(int) noexcept {
      iterator before = *this;
      ++at_;
      return before;
    }
    friend bool operator==(const iterator &a, const iterator &b) noexcept { return a.at_ == b.at_; }
    friend bool operator!=(const iterator &a, const iterator &b) noexcept { return a.at_ != b.at_; }

   private:
    Rows<Row> rows_;
    const std::uint32_t *at_;
  };

  Selection() noexcept = default;
  Selection(Rows<Row> rows, const std::uint32_t *indices, std::size_t count) noexcept
      : rows_(rows), indices_(indices), count_(count) {}

  std::size_t size() const noexcept { return count_; }
  bool empty() const noexcept { return count_ == 0; }
  /// A row, which must be there.
  Row operator[](std::size_t i) const noexcept { return rows_[indices_[i]]; }
  iterator begin() const noexcept { return iterator(rows_, indices_); }
  iterator end() const noexcept { return iterator(rows_, indices_ + count_); }

 private:
  Rows<Row> rows_;
  const std::uint32_t *indices_ = nullptr;
  std::size_t count_ = 0;
};

/// Elements that belong to somebody else: of a vector, an array or a braced list. For arguments; do not keep one of a braced list.
template <class T>
class List {
 public:
  List() noexcept = default;
  List(const T *data, std::size_t size) noexcept : data_(data), size_(size) {}
  // A braced list lives until the end of the call that it is an argument of, which is as long as it is looked at.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winit-list-lifetime"
#endif
  List(std::initializer_list<T> list) noexcept : data_(list.begin()), size_(list.size()) {}
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
  template <class Container, class = std::enable_if_t<std::is_convertible_v<decltype(std::declval<const Container &>().data()), const T *>>>
  List(const Container &container) noexcept : data_(container.data()), size_(container.size()) {}

  const T *data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

 private:
  const T *data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace outlive

#endif  // OUTLIVE_VIEWS_HPP
