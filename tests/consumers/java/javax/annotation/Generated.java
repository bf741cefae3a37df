package javax.annotation;

/** A stand-in for the annotation that Java had until 11, and that generated code still wears. */
public @interface Generated {
  String[] value();

  String date() default "";

  String comments() default "";
}
