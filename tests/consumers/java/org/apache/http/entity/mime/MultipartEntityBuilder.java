package org.apache.http.entity.mime;

/** A stand-in: every generated API imports it, and none of this document uses it. */
public class MultipartEntityBuilder {}
