package org.openapitools.jackson.nullable;

import java.util.NoSuchElementException;

/** A value, null, or nothing at all: a stand-in for the library of this name, which only Maven Central has. */
public record JsonNullable<T>(T value, boolean isPresent) {
  private static final JsonNullable<?> UNDEFINED = new JsonNullable<>(null, false);

  @SuppressWarnings("unchecked")
  public static <T> JsonNullable<T> undefined() {
    return (JsonNullable<T>) UNDEFINED;
  }

  public static <T> JsonNullable<T> of(T value) {
    return new JsonNullable<>(value, true);
  }

  public T get() {
    if (!isPresent) throw new NoSuchElementException();
    return value;
  }

  public T orElse(T other) {
    return isPresent ? value : other;
  }
}
