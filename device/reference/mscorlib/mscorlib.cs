// Signatures of mscorlib 1.17.11.0 (.NET nanoFramework v1). Bodies are never run: the board has the real assembly.
[assembly: System.Reflection.AssemblyVersion("1.17.11.0")]

namespace System
{
    public delegate void Action();

    public class AppDomainUnloadedException : System.SystemException
    {
        public AppDomainUnloadedException() => throw null;
        public AppDomainUnloadedException(string message) => throw null;
        public AppDomainUnloadedException(string message, System.Exception innerException) => throw null;
    }

    public class ApplicationException : System.Exception
    {
        public ApplicationException() => throw null;
        public ApplicationException(string message) => throw null;
        public ApplicationException(string message, System.Exception innerException) => throw null;
    }

    public class ArgumentException : System.SystemException
    {
        public ArgumentException() => throw null;
        public ArgumentException(string message) => throw null;
        public ArgumentException(string message, System.Exception innerException) => throw null;
        public ArgumentException(string message, string paramName) => throw null;
        public ArgumentException(string message, string paramName, System.Exception innerException) => throw null;
        public override string Message { get => throw null; }
        public static void ThrowIfNullOrEmpty(string argument, string paramName = null) => throw null;
        public virtual string ParamName { get => throw null; }
    }

    public class ArgumentNullException : System.ArgumentException
    {
        public ArgumentNullException() => throw null;
        public ArgumentNullException(string message, System.Exception innerException) => throw null;
        public ArgumentNullException(string paramName) => throw null;
        public ArgumentNullException(string paramName, string message) => throw null;
        public static void ThrowIfNull(object argument, string paramName = null) => throw null;
    }

    public class ArgumentOutOfRangeException : System.ArgumentException
    {
        public ArgumentOutOfRangeException() => throw null;
        public ArgumentOutOfRangeException(string paramName) => throw null;
        public ArgumentOutOfRangeException(string paramName, string message) => throw null;
    }

    public abstract class Array : System.ICloneable, System.Collections.IList, System.Collections.ICollection, System.Collections.IEnumerable
    {
        public System.Collections.IEnumerator GetEnumerator() => throw null;
        public bool IsFixedSize { get => throw null; }
        public bool IsReadOnly { get => throw null; }
        public bool IsSynchronized { get => throw null; }
        public int Length { get => throw null; }
        public object Clone() => throw null;
        public object GetValue(int index) => throw null;
        public object SyncRoot { get => throw null; }
        protected Array() => throw null;
        public static System.Array CreateInstance(System.Type elementType, int length) => throw null;
        public static int BinarySearch(System.Array array, int index, int length, object value, System.Collections.IComparer comparer) => throw null;
        public static int BinarySearch(System.Array array, object value, System.Collections.IComparer comparer) => throw null;
        public static int IndexOf(System.Array array, object value) => throw null;
        public static int IndexOf(System.Array array, object value, int startIndex) => throw null;
        public static int IndexOf(System.Array array, object value, int startIndex, int count) => throw null;
        public static void Clear(System.Array array, int index, int length) => throw null;
        public static void Copy(System.Array sourceArray, System.Array destinationArray, int length) => throw null;
        public static void Copy(System.Array sourceArray, int sourceIndex, System.Array destinationArray, int destinationIndex, int length) => throw null;
        public void CopyTo(System.Array array, int index) => throw null;
        int Collections.IList.Add(object value) => throw null;
        void Collections.IList.Clear() => throw null;
        bool Collections.IList.Contains(object value) => throw null;
        int Collections.IList.IndexOf(object value) => throw null;
        void Collections.IList.Insert(int index, object value) => throw null;
        void Collections.IList.Remove(object value) => throw null;
        void Collections.IList.RemoveAt(int index) => throw null;
        object Collections.IList.this[int index] { get => throw null; set => throw null; }
        int Collections.ICollection.Count => throw null;
    }

    public delegate void AsyncCallback(System.IAsyncResult ar);

    public abstract class Attribute
    {
        protected Attribute() => throw null;
    }

    public enum AttributeTargets : int
    {
        Assembly = 1,
        Module = 2,
        Class = 4,
        Struct = 8,
        Enum = 16,
        Constructor = 32,
        Method = 64,
        Property = 128,
        Field = 256,
        Event = 512,
        Interface = 1024,
        Parameter = 2048,
        Delegate = 4096,
        ReturnValue = 8192,
        All = 16383,
    }

    public sealed class AttributeUsageAttribute : System.Attribute
    {
        public System.AttributeTargets ValidOn { get => throw null; }
        public bool AllowMultiple { get => throw null; set => throw null; }
        public bool Inherited { get => throw null; set => throw null; }
        public AttributeUsageAttribute(System.AttributeTargets validOn) => throw null;
    }

    public enum Base64FormattingOptions : int
    {
        None = 0,
        InsertLineBreaks = 1,
    }

    public static class BitConverter
    {
        public static bool ToBoolean(byte[] value, int startIndex) => throw null;
        public static byte[] GetBytes(bool value) => throw null;
        public static byte[] GetBytes(char value) => throw null;
        public static byte[] GetBytes(double value) => throw null;
        public static byte[] GetBytes(float value) => throw null;
        public static byte[] GetBytes(int value) => throw null;
        public static byte[] GetBytes(long value) => throw null;
        public static byte[] GetBytes(short value) => throw null;
        public static byte[] GetBytes(uint value) => throw null;
        public static byte[] GetBytes(ulong value) => throw null;
        public static byte[] GetBytes(ushort value) => throw null;
        public static char ToChar(byte[] value, int startIndex) => throw null;
        public static double Int64BitsToDouble(long value) => throw null;
        public static double ToDouble(byte[] value, int startIndex) => throw null;
        public static float ToSingle(byte[] value, int startIndex) => throw null;
        public static int ToInt32(byte[] value, int startIndex) => throw null;
        public static long DoubleToInt64Bits(double value) => throw null;
        public static long ToInt64(byte[] value, int startIndex) => throw null;
        public static short ToInt16(byte[] value, int startIndex) => throw null;
        public static string ToString(byte[] value) => throw null;
        public static string ToString(byte[] value, int startIndex) => throw null;
        public static string ToString(byte[] value, int startIndex, int length) => throw null;
        public static uint ToUInt32(byte[] value, int startIndex) => throw null;
        public static ulong ToUInt64(byte[] value, int startIndex) => throw null;
        public static ushort ToUInt16(byte[] value, int startIndex) => throw null;
    }

    public struct Boolean
    {
        public static readonly string FalseString;
        public static readonly string TrueString;
        public override string ToString() => throw null;
    }

    public struct Byte
    {
        public const byte MaxValue = 255;
        public const byte MinValue = 0;
        public override string ToString() => throw null;
        public static bool TryParse(string s, out byte result) => throw null;
        public static byte Parse(string s) => throw null;
        public string ToString(string format) => throw null;
    }

    public sealed class CLSCompliantAttribute : System.Attribute
    {
        public bool IsCompliant { get => throw null; }
        public CLSCompliantAttribute(bool isCompliant) => throw null;
    }

    public struct Char
    {
        public const char MaxValue = '\uFFFF';
        public const char MinValue = '\u0000';
        public override string ToString() => throw null;
    }

    public static class Console
    {
        public static void Write(string value) => throw null;
        public static void WriteLine() => throw null;
        public static void WriteLine(string value) => throw null;
    }

    public static class Convert
    {
        public static System.DateTime ToDateTime(string value) => throw null;
        public static bool ToBoolean(byte value) => throw null;
        public static byte ToByte(bool value) => throw null;
        public static byte ToByte(string value, int fromBase = 10) => throw null;
        public static byte[] FromBase64CharArray(char[] inArray, int offset, int length) => throw null;
        public static byte[] FromBase64String(string inString) => throw null;
        public static char ToChar(ushort value) => throw null;
        public static double ToDouble(string value) => throw null;
        public static float ToSingle(string value) => throw null;
        public static int ToInt32(string value, int fromBase = 10) => throw null;
        public static long ToInt64(string value, int fromBase = 10) => throw null;
        public static sbyte ToSByte(string value, int fromBase = 10) => throw null;
        public static short ToInt16(string value, int fromBase = 10) => throw null;
        public static string ToBase64String(byte[] inArray) => throw null;
        public static string ToBase64String(byte[] inArray, System.Base64FormattingOptions options) => throw null;
        public static string ToBase64String(byte[] inArray, int offset, int length) => throw null;
        public static string ToBase64String(byte[] inArray, int offset, int length, System.Base64FormattingOptions options) => throw null;
        public static uint ToUInt32(string value, int fromBase = 10) => throw null;
        public static ulong ToUInt64(string value, int fromBase = 10) => throw null;
        public static ushort ToUInt16(string value, int fromBase = 10) => throw null;
    }

    public sealed class DBNull
    {
        public static readonly System.DBNull Value;
        internal DBNull() => throw null;
    }

    public struct DateTime
    {
        private readonly long _state;
        public System.DateTime Add(System.TimeSpan val) => throw null;
        public System.DateTime AddDays(double val) => throw null;
        public System.DateTime AddHours(double val) => throw null;
        public System.DateTime AddMilliseconds(double val) => throw null;
        public System.DateTime AddMinutes(double val) => throw null;
        public System.DateTime AddSeconds(double val) => throw null;
        public System.DateTime AddTicks(long val) => throw null;
        public System.DateTime Date { get => throw null; }
        public System.DateTime Subtract(System.TimeSpan val) => throw null;
        public System.DateTimeKind Kind { get => throw null; }
        public System.DayOfWeek DayOfWeek { get => throw null; }
        public System.TimeSpan Subtract(System.DateTime val) => throw null;
        public System.TimeSpan TimeOfDay { get => throw null; }
        public DateTime(int year, int month, int day) => throw null;
        public DateTime(int year, int month, int day, int hour, int minute, int second) => throw null;
        public DateTime(int year, int month, int day, int hour, int minute, int second, int millisecond) => throw null;
        public DateTime(long ticks) => throw null;
        public DateTime(long ticks, System.DateTimeKind kind) => throw null;
        public static readonly System.DateTime MaxValue;
        public static readonly System.DateTime MinValue;
        public static readonly System.DateTime UnixEpoch;
        public int CompareTo(object val) => throw null;
        public int Day { get => throw null; }
        public int DayOfYear { get => throw null; }
        public int Hour { get => throw null; }
        public int Millisecond { get => throw null; }
        public int Minute { get => throw null; }
        public int Month { get => throw null; }
        public int Second { get => throw null; }
        public int Year { get => throw null; }
        public long Ticks { get => throw null; }
        public override bool Equals(object obj) => throw null;
        public override int GetHashCode() => throw null;
        public override string ToString() => throw null;
        public static System.DateTime Parse(string s) => throw null;
        public static System.DateTime Today { get => throw null; }
        public static System.DateTime UtcNow { get => throw null; }
        public static System.DateTime operator +(System.DateTime d, System.TimeSpan t) => throw null;
        public static System.DateTime operator -(System.DateTime d, System.TimeSpan t) => throw null;
        public static System.TimeSpan operator -(System.DateTime d1, System.DateTime d2) => throw null;
        public static bool Equals(System.DateTime t1, System.DateTime t2) => throw null;
        public static bool TryParse(string s, out System.DateTime result) => throw null;
        public static bool operator ==(System.DateTime d1, System.DateTime d2) => throw null;
        public static bool operator >(System.DateTime t1, System.DateTime t2) => throw null;
        public static bool operator >=(System.DateTime t1, System.DateTime t2) => throw null;
        public static bool operator !=(System.DateTime t1, System.DateTime t2) => throw null;
        public static bool operator <(System.DateTime t1, System.DateTime t2) => throw null;
        public static bool operator <=(System.DateTime t1, System.DateTime t2) => throw null;
        public static int Compare(System.DateTime t1, System.DateTime t2) => throw null;
        public static int DaysInMonth(int year, int month) => throw null;
        public string ToString(string format) => throw null;
    }

    public enum DateTimeKind : int
    {
        Utc = 1,
        Local = 2,
    }

    public enum DayOfWeek : int
    {
        Sunday = 0,
        Monday = 1,
        Tuesday = 2,
        Wednesday = 3,
        Thursday = 4,
        Friday = 5,
        Saturday = 6,
    }

    public abstract class Delegate
    {
        public System.Reflection.MethodInfo Method { get => throw null; }
        public object Target { get => throw null; }
        public override bool Equals(object obj) => throw null;
        protected Delegate() => throw null;
        public static System.Delegate Combine(System.Delegate a, System.Delegate b) => throw null;
        public static System.Delegate Remove(System.Delegate source, System.Delegate value) => throw null;
        public static bool operator ==(System.Delegate d1, System.Delegate d2) => throw null;
        public static bool operator !=(System.Delegate d1, System.Delegate d2) => throw null;
        public virtual System.Delegate[] GetInvocationList() => throw null;
    }

    public struct Double
    {
        public const double Epsilon = 5E-324;
        public const double MaxValue = 1.7976931348623157E+308;
        public const double MinValue = -1.7976931348623157E+308;
        public const double NaN = 0.0 / 0.0;
        public const double NegativeInfinity = -1.0 / 0.0;
        public const double PositiveInfinity = 1.0 / 0.0;
        public int CompareTo(double value) => throw null;
        public override string ToString() => throw null;
        public static bool IsInfinity(double d) => throw null;
        public static bool IsNaN(double d) => throw null;
        public static bool IsNegativeInfinity(double d) => throw null;
        public static bool IsPositiveInfinity(double d) => throw null;
        public static bool TryParse(string s, out double result) => throw null;
        public static double Parse(string s) => throw null;
        public string ToString(string format) => throw null;
    }

    public abstract class Enum : System.ValueType
    {
        public bool HasFlag(System.Enum flag) => throw null;
        public override string ToString() => throw null;
        protected Enum() => throw null;
    }

    public class EventArgs
    {
        public EventArgs() => throw null;
        public static readonly System.EventArgs Empty;
    }

    public delegate void EventHandler(object sender, System.EventArgs e);

    public class Exception
    {
        public System.Exception InnerException { get => throw null; }
        public Exception() => throw null;
        public Exception(string message) => throw null;
        public Exception(string message, System.Exception innerException) => throw null;
        protected int HResult;
        public override string ToString() => throw null;
        public virtual string Message { get => throw null; }
        public virtual string StackTrace { get => throw null; }
    }

    public class FlagsAttribute : System.Attribute
    {
        public FlagsAttribute() => throw null;
    }

    public class FormatException : System.SystemException
    {
        public FormatException() => throw null;
        public FormatException(string message) => throw null;
        public FormatException(string message, System.Exception innerException) => throw null;
    }

    public static class GC
    {
        public static void ReRegisterForFinalize(object obj) => throw null;
        public static void SuppressFinalize(object obj) => throw null;
        public static void WaitForPendingFinalizers() => throw null;
    }

    public struct Guid
    {
        private readonly long _state;
        public byte[] ToByteArray() => throw null;
        public Guid(byte[] b) => throw null;
        public Guid(int a, short b, short c, byte d, byte e, byte f, byte g, byte h, byte i, byte j, byte k) => throw null;
        public Guid(string g) => throw null;
        public Guid(uint a, ushort b, ushort c, byte d, byte e, byte f, byte g, byte h, byte i, byte j, byte k) => throw null;
        public static readonly System.Guid Empty;
        public int CompareTo(object value) => throw null;
        public override bool Equals(object o) => throw null;
        public override int GetHashCode() => throw null;
        public override string ToString() => throw null;
        public static System.Guid NewGuid() => throw null;
    }

    public interface IAsyncResult
    {
    }

    public interface ICloneable
    {
        object Clone();
    }

    public interface IComparable
    {
        int CompareTo(object obj);
    }

    public interface ICustomFormatter
    {
        string Format(string format, object arg, System.IFormatProvider formatProvider);
    }

    public interface IDisposable
    {
        void Dispose();
    }

    public interface IFormatProvider
    {
        object GetFormat(System.Type formatType);
    }

    public interface IFormattable
    {
        string ToString(string format, System.IFormatProvider formatProvider);
    }

    public class IndexOutOfRangeException : System.SystemException
    {
        public IndexOutOfRangeException() => throw null;
        public IndexOutOfRangeException(string message) => throw null;
        public IndexOutOfRangeException(string message, System.Exception innerException) => throw null;
    }

    public struct Int16
    {
        public const short MaxValue = 32767;
        public const short MinValue = -32768;
        public override string ToString() => throw null;
        public static bool TryParse(string s, out short result) => throw null;
        public static short Parse(string s) => throw null;
        public string ToString(string format) => throw null;
    }

    public struct Int32
    {
        public const int MaxValue = 2147483647;
        public const int MinValue = -2147483648;
        public override string ToString() => throw null;
        public static bool TryParse(string s, out int result) => throw null;
        public static int Parse(string s) => throw null;
        public string ToString(string format) => throw null;
    }

    public struct Int64
    {
        public const long MaxValue = 9223372036854775807;
        public const long MinValue = -9223372036854775808;
        public override string ToString() => throw null;
        public static bool TryParse(string s, out long result) => throw null;
        public static long Parse(string s) => throw null;
        public string ToString(string format) => throw null;
    }

    public struct IntPtr
    {
    }

    public class InvalidCastException : System.SystemException
    {
        public InvalidCastException() => throw null;
        public InvalidCastException(string message) => throw null;
        public InvalidCastException(string message, System.Exception innerException) => throw null;
    }

    public class InvalidOperationException : System.SystemException
    {
        public InvalidOperationException() => throw null;
        public InvalidOperationException(string message) => throw null;
        public InvalidOperationException(string message, System.Exception innerException) => throw null;
    }

    public sealed class MTAThreadAttribute : System.Attribute
    {
        public MTAThreadAttribute() => throw null;
    }

    public abstract class MarshalByRefObject
    {
        protected MarshalByRefObject() => throw null;
    }

    public abstract class MulticastDelegate : System.Delegate
    {
        public override bool Equals(object obj) => throw null;
        protected MulticastDelegate() => throw null;
        public static bool operator ==(System.MulticastDelegate d1, System.MulticastDelegate d2) => throw null;
        public static bool operator !=(System.MulticastDelegate d1, System.MulticastDelegate d2) => throw null;
    }

    public sealed class NonSerializedAttribute : System.Attribute
    {
        public NonSerializedAttribute() => throw null;
    }

    // A type of nanoFramework's core library, listed like its others; nothing here is unfinished.
    public class NotImplementedException : System.SystemException
    {
        public NotImplementedException() => throw null;
        public NotImplementedException(string message) => throw null;
        public NotImplementedException(string message, System.Exception innerException) => throw null;
    }

    public class NotSupportedException : System.SystemException
    {
        public NotSupportedException() => throw null;
        public NotSupportedException(string message) => throw null;
        public NotSupportedException(string message, System.Exception innerException) => throw null;
    }

    public class NullReferenceException : System.SystemException
    {
        public NullReferenceException() => throw null;
        public NullReferenceException(string message) => throw null;
        public NullReferenceException(string message, System.Exception innerException) => throw null;
    }

    public class Object
    {
        public System.Type GetType() => throw null;
        public Object() => throw null;
        protected object MemberwiseClone() => throw null;
        public static bool Equals(object objA, object objB) => throw null;
        public static bool ReferenceEquals(object objA, object objB) => throw null;
        public virtual bool Equals(object obj) => throw null;
        public virtual int GetHashCode() => throw null;
        public virtual string ToString() => throw null;
    }

    public class ObjectDisposedException : System.SystemException
    {
        public ObjectDisposedException(string message) => throw null;
        public ObjectDisposedException(string message, System.Exception innerException) => throw null;
    }

    public sealed class ObsoleteAttribute : System.Attribute
    {
        public bool IsError { get => throw null; }
        public ObsoleteAttribute() => throw null;
        public ObsoleteAttribute(string message) => throw null;
        public ObsoleteAttribute(string message, bool error) => throw null;
        public string Message { get => throw null; }
    }

    public class OutOfMemoryException : System.SystemException
    {
        public OutOfMemoryException() => throw null;
        public OutOfMemoryException(string message) => throw null;
        public OutOfMemoryException(string message, System.Exception innerException) => throw null;
    }

    public sealed class ParamArrayAttribute : System.Attribute
    {
        public ParamArrayAttribute() => throw null;
    }

    public class PlatformNotSupportedException : System.NotSupportedException
    {
        public PlatformNotSupportedException() => throw null;
    }

    public class Random
    {
        public Random() => throw null;
        public Random(int seed) => throw null;
        public virtual double NextDouble() => throw null;
        public virtual int Next() => throw null;
        public virtual int Next(int maxValue) => throw null;
        public virtual void NextBytes(byte[] buffer) => throw null;
    }

    public struct RuntimeArgumentHandle
    {
    }

    public struct RuntimeFieldHandle
    {
    }

    public struct RuntimeMethodHandle
    {
    }

    public struct RuntimeTypeHandle
    {
    }

    public struct SByte
    {
        public const sbyte MaxValue = 127;
        public const sbyte MinValue = -128;
        public override string ToString() => throw null;
        public static bool TryParse(string s, out sbyte result) => throw null;
        public static sbyte Parse(string s) => throw null;
        public string ToString(string format) => throw null;
    }

    public sealed class STAThreadAttribute : System.Attribute
    {
        public STAThreadAttribute() => throw null;
    }

    public sealed class SerializableAttribute : System.Attribute
    {
        public SerializableAttribute() => throw null;
    }

    public struct Single
    {
        public const float Epsilon = 1E-45f;
        public const float MaxValue = 3.4028235E+38f;
        public const float MinValue = -3.4028235E+38f;
        public const float NaN = 0.0f / 0.0f;
        public const float NegativeInfinity = -1.0f / 0.0f;
        public const float PositiveInfinity = 1.0f / 0.0f;
        public int CompareTo(float value) => throw null;
        public override string ToString() => throw null;
        public static bool IsInfinity(float f) => throw null;
        public static bool IsNaN(float f) => throw null;
        public static bool IsNegativeInfinity(float f) => throw null;
        public static bool IsPositiveInfinity(float f) => throw null;
        public static bool TryParse(string s, out float result) => throw null;
        public static float Parse(string s) => throw null;
        public string ToString(string format) => throw null;
    }

    public sealed class String : System.IComparable, System.Collections.IEnumerable
    {
        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => throw null;
        public bool Contains(string value) => throw null;
        public bool EndsWith(string value) => throw null;
        public bool StartsWith(string value) => throw null;
        [System.Runtime.CompilerServices.IndexerName("Chars")]
        public char this[int index] { get => throw null; }
        public char[] ToCharArray() => throw null;
        public char[] ToCharArray(int startIndex, int length) => throw null;
        public String(char c, int count) => throw null;
        public String(char[] value) => throw null;
        public String(char[] value, int startIndex, int length) => throw null;
        public static readonly string Empty;
        public int CompareTo(object value) => throw null;
        public int CompareTo(string strB) => throw null;
        public int IndexOf(char value) => throw null;
        public int IndexOf(char value, int startIndex) => throw null;
        public int IndexOf(char value, int startIndex, int count) => throw null;
        public int IndexOf(string value) => throw null;
        public int IndexOf(string value, int startIndex) => throw null;
        public int IndexOf(string value, int startIndex, int count) => throw null;
        public int IndexOfAny(char[] anyOf) => throw null;
        public int IndexOfAny(char[] anyOf, int startIndex) => throw null;
        public int IndexOfAny(char[] anyOf, int startIndex, int count) => throw null;
        public int LastIndexOf(char value) => throw null;
        public int LastIndexOf(char value, int startIndex) => throw null;
        public int LastIndexOf(char value, int startIndex, int count) => throw null;
        public int LastIndexOf(string value) => throw null;
        public int LastIndexOf(string value, int startIndex) => throw null;
        public int LastIndexOf(string value, int startIndex, int count) => throw null;
        public int LastIndexOfAny(char[] anyOf) => throw null;
        public int LastIndexOfAny(char[] anyOf, int startIndex) => throw null;
        public int LastIndexOfAny(char[] anyOf, int startIndex, int count) => throw null;
        public int Length { get => throw null; }
        public override bool Equals(object obj) => throw null;
        public override string ToString() => throw null;
        public static bool Equals(string a, string b) => throw null;
        public static bool IsNullOrEmpty(string value) => throw null;
        public static bool operator ==(string a, string b) => throw null;
        public static bool operator !=(string a, string b) => throw null;
        public static int Compare(string strA, string strB) => throw null;
        public static string Concat(object arg0) => throw null;
        public static string Concat(object arg0, object arg1) => throw null;
        public static string Concat(object arg0, object arg1, object arg2) => throw null;
        public static string Concat(params object[] args) => throw null;
        public static string Concat(params string[] values) => throw null;
        public static string Concat(string str0, string str1) => throw null;
        public static string Concat(string str0, string str1, string str2) => throw null;
        public static string Concat(string str0, string str1, string str2, string str3) => throw null;
        public static string Format(string format, params object[] args) => throw null;
        public static string Intern(string str) => throw null;
        public static string IsInterned(string str) => throw null;
        public string PadLeft(int totalWidth, char paddingChar = ' ') => throw null;
        public string PadRight(int totalWidth, char paddingChar = ' ') => throw null;
        public string Substring(int startIndex) => throw null;
        public string Substring(int startIndex, int length) => throw null;
        public string ToLower() => throw null;
        public string ToUpper() => throw null;
        public string Trim() => throw null;
        public string Trim(params char[] trimChars) => throw null;
        public string TrimEnd(params char[] trimChars) => throw null;
        public string TrimStart(params char[] trimChars) => throw null;
        public string[] Split(char[] separator, int count) => throw null;
        public string[] Split(params char[] separator) => throw null;
    }

    public class SystemException : System.Exception
    {
        public SystemException() => throw null;
        public SystemException(string message) => throw null;
        public SystemException(string message, System.Exception innerException) => throw null;
    }

    public struct TimeSpan
    {
        private readonly long _state;
        public System.TimeSpan Add(System.TimeSpan ts) => throw null;
        public System.TimeSpan Duration() => throw null;
        public System.TimeSpan Negate() => throw null;
        public System.TimeSpan Subtract(System.TimeSpan ts) => throw null;
        public TimeSpan(int days, int hours, int minutes, int seconds) => throw null;
        public TimeSpan(int days, int hours, int minutes, int seconds, int milliseconds) => throw null;
        public TimeSpan(int hours, int minutes, int seconds) => throw null;
        public TimeSpan(long ticks) => throw null;
        public double TotalDays { get => throw null; }
        public double TotalHours { get => throw null; }
        public double TotalMilliseconds { get => throw null; }
        public double TotalMinutes { get => throw null; }
        public double TotalSeconds { get => throw null; }
        public const long TicksPerDay = 864000000000;
        public const long TicksPerHour = 36000000000;
        public const long TicksPerMillisecond = 10000;
        public const long TicksPerMinute = 600000000;
        public const long TicksPerSecond = 10000000;
        public static readonly System.TimeSpan MaxValue;
        public static readonly System.TimeSpan MinValue;
        public static readonly System.TimeSpan Zero;
        public int CompareTo(object value) => throw null;
        public int Days { get => throw null; }
        public int Hours { get => throw null; }
        public int Milliseconds { get => throw null; }
        public int Minutes { get => throw null; }
        public int Seconds { get => throw null; }
        public long Ticks { get => throw null; }
        public override bool Equals(object value) => throw null;
        public override int GetHashCode() => throw null;
        public override string ToString() => throw null;
        public static System.TimeSpan FromMilliseconds(long value) => throw null;
        public static System.TimeSpan FromMinutes(long value) => throw null;
        public static System.TimeSpan FromSeconds(long value) => throw null;
        public static System.TimeSpan FromTicks(long value) => throw null;
        public static System.TimeSpan operator +(System.TimeSpan t1, System.TimeSpan t2) => throw null;
        public static System.TimeSpan operator -(System.TimeSpan t1, System.TimeSpan t2) => throw null;
        public static System.TimeSpan operator -(System.TimeSpan t) => throw null;
        public static System.TimeSpan operator +(System.TimeSpan t) => throw null;
        public static bool Equals(System.TimeSpan t1, System.TimeSpan t2) => throw null;
        public static bool operator ==(System.TimeSpan t1, System.TimeSpan t2) => throw null;
        public static bool operator >(System.TimeSpan t1, System.TimeSpan t2) => throw null;
        public static bool operator >=(System.TimeSpan t1, System.TimeSpan t2) => throw null;
        public static bool operator !=(System.TimeSpan t1, System.TimeSpan t2) => throw null;
        public static bool operator <(System.TimeSpan t1, System.TimeSpan t2) => throw null;
        public static bool operator <=(System.TimeSpan t1, System.TimeSpan t2) => throw null;
        public static int Compare(System.TimeSpan t1, System.TimeSpan t2) => throw null;
    }

    public class TimeoutException : System.SystemException
    {
        public TimeoutException() => throw null;
        public TimeoutException(string message) => throw null;
        public TimeoutException(string message, System.Exception innerException) => throw null;
    }

    public abstract class Type : System.Reflection.MemberInfo, System.Reflection.IReflect
    {
        public System.Reflection.ConstructorInfo GetConstructor(System.Type[] types) => throw null;
        public System.Reflection.ConstructorInfo[] GetConstructors() => throw null;
        public System.Reflection.FieldInfo GetField(string name) => throw null;
        public System.Reflection.FieldInfo[] GetFields() => throw null;
        public System.Reflection.MethodInfo GetMethod(string name) => throw null;
        public System.Reflection.MethodInfo GetMethod(string name, System.Reflection.BindingFlags bindingAttr) => throw null;
        public System.Reflection.MethodInfo GetMethod(string name, System.Type[] types) => throw null;
        public System.Reflection.MethodInfo[] GetMethods() => throw null;
        public abstract System.Reflection.FieldInfo GetField(string name, System.Reflection.BindingFlags bindingAttr);
        public abstract System.Reflection.FieldInfo[] GetFields(System.Reflection.BindingFlags bindingAttr);
        public abstract System.Reflection.MethodInfo[] GetMethods(System.Reflection.BindingFlags bindingAttr);
        public abstract System.Type BaseType { get; }
        public abstract System.Type GetElementType();
        public abstract System.Type[] GetInterfaces();
        public abstract string AssemblyQualifiedName { get; }
        public abstract string FullName { get; }
        public bool IsAbstract { get => throw null; }
        public bool IsArray { get => throw null; }
        public bool IsClass { get => throw null; }
        public bool IsEnum { get => throw null; }
        public bool IsInterface { get => throw null; }
        public bool IsNotPublic { get => throw null; }
        public bool IsPublic { get => throw null; }
        public bool IsSerializable { get => throw null; }
        public bool IsValueType { get => throw null; }
        public object InvokeMember(string name, System.Reflection.BindingFlags invokeAttr, System.Reflection.Binder binder, object target, object[] args) => throw null;
        public override System.Type DeclaringType { get => throw null; }
        public override string ToString() => throw null;
        protected Type() => throw null;
        public static System.Type GetType(string typeName) => throw null;
        public static System.Type GetTypeFromHandle(System.RuntimeTypeHandle handle) => throw null;
        public virtual bool IsInstanceOfType(object o) => throw null;
        public virtual bool IsSubclassOf(System.Type c) => throw null;
    }

    public enum TypeCode : int
    {
        Empty = 0,
        Object = 1,
        DBNull = 2,
        Boolean = 3,
        Char = 4,
        SByte = 5,
        Byte = 6,
        Int16 = 7,
        UInt16 = 8,
        Int32 = 9,
        UInt32 = 10,
        Int64 = 11,
        UInt64 = 12,
        Single = 13,
        Double = 14,
        Decimal = 15,
        DateTime = 16,
        String = 18,
    }

    public struct TypedReference
    {
    }

    public struct UInt16
    {
        public const ushort MaxValue = 65535;
        public const ushort MinValue = 0;
        public override string ToString() => throw null;
        public static bool TryParse(string s, out ushort result) => throw null;
        public static ushort Parse(string s) => throw null;
        public string ToString(string format) => throw null;
    }

    public struct UInt32
    {
        public const uint MaxValue = 4294967295;
        public const uint MinValue = 0;
        public override string ToString() => throw null;
        public static bool TryParse(string s, out uint result) => throw null;
        public static uint Parse(string s) => throw null;
        public string ToString(string format) => throw null;
    }

    public struct UInt64
    {
        public const ulong MaxValue = 18446744073709551615;
        public const ulong MinValue = 0;
        public override string ToString() => throw null;
        public static bool TryParse(string s, out ulong result) => throw null;
        public static ulong Parse(string s) => throw null;
        public string ToString(string format) => throw null;
    }

    public struct UIntPtr
    {
    }

    public abstract class ValueType
    {
        public override bool Equals(object obj) => throw null;
        protected ValueType() => throw null;
    }

    public sealed class Version
    {
        public Version(int major, int minor) => throw null;
        public Version(int major, int minor, int build, int revision) => throw null;
        public int Build { get => throw null; }
        public int Major { get => throw null; }
        public int Minor { get => throw null; }
        public int Revision { get => throw null; }
        public override bool Equals(object obj) => throw null;
        public override int GetHashCode() => throw null;
        public override string ToString() => throw null;
    }

    public struct Void
    {
    }

    public class WeakReference
    {
        public WeakReference(object target) => throw null;
        public virtual bool IsAlive { get => throw null; }
        public virtual object Target { get => throw null; set => throw null; }
    }
}

namespace System.Collections
{
    public class ArrayList : System.Collections.IList, System.Collections.ICollection, System.Collections.IEnumerable, System.ICloneable
    {
        public ArrayList() => throw null;
        public virtual System.Array ToArray(System.Type type) => throw null;
        public virtual System.Collections.IEnumerator GetEnumerator() => throw null;
        public virtual bool Contains(object value) => throw null;
        public virtual bool IsFixedSize { get => throw null; }
        public virtual bool IsReadOnly { get => throw null; }
        public virtual bool IsSynchronized { get => throw null; }
        public virtual int Add(object value) => throw null;
        public virtual int BinarySearch(object value, System.Collections.IComparer comparer) => throw null;
        public virtual int Capacity { get => throw null; set => throw null; }
        public virtual int Count { get => throw null; }
        public virtual int IndexOf(object value) => throw null;
        public virtual int IndexOf(object value, int startIndex) => throw null;
        public virtual int IndexOf(object value, int startIndex, int count) => throw null;
        public virtual object Clone() => throw null;
        public virtual object SyncRoot { get => throw null; }
        public virtual object this[int index] { get => throw null; set => throw null; }
        public virtual object[] ToArray() => throw null;
        public virtual void Clear() => throw null;
        public virtual void CopyTo(System.Array array) => throw null;
        public virtual void CopyTo(System.Array array, int index) => throw null;
        public virtual void Insert(int index, object value) => throw null;
        public virtual void Remove(object value) => throw null;
        public virtual void RemoveAt(int index) => throw null;
    }

    public interface ICollection : System.Collections.IEnumerable
    {
        bool IsSynchronized { get; }
        int Count { get; }
        object SyncRoot { get; }
        void CopyTo(System.Array array, int index);
    }

    public interface IComparer
    {
        int Compare(object x, object y);
    }

    public interface IEnumerable
    {
        System.Collections.IEnumerator GetEnumerator();
    }

    public interface IEnumerator
    {
        bool MoveNext();
        object Current { get; }
        void Reset();
    }

    public interface IEqualityComparer
    {
        bool Equals(object x, object y);
        int GetHashCode(object obj);
    }

    public interface IList : System.Collections.ICollection, System.Collections.IEnumerable
    {
        bool Contains(object value);
        bool IsFixedSize { get; }
        bool IsReadOnly { get; }
        int Add(object value);
        int IndexOf(object value);
        object this[int index] { get; set; }
        void Clear();
        void Insert(int index, object value);
        void Remove(object value);
        void RemoveAt(int index);
    }
}

namespace System.ComponentModel
{
    public sealed class EditorBrowsableAttribute : System.Attribute
    {
        public System.ComponentModel.EditorBrowsableState State { get => throw null; }
        public EditorBrowsableAttribute() => throw null;
        public EditorBrowsableAttribute(System.ComponentModel.EditorBrowsableState state) => throw null;
        public override bool Equals(object obj) => throw null;
    }

    public enum EditorBrowsableState : int
    {
        Always = 0,
        Never = 1,
        Advanced = 2,
    }
}

namespace System.Diagnostics
{
    public sealed class ConditionalAttribute : System.Attribute
    {
        public ConditionalAttribute(string conditionString) => throw null;
        public string ConditionString { get => throw null; }
    }

    public static class Debug
    {
        public static void Assert(bool condition) => throw null;
        public static void Assert(bool condition, string message) => throw null;
        public static void Assert(bool condition, string message, string detailedMessage) => throw null;
        public static void Write(string message) => throw null;
        public static void WriteLine(string message) => throw null;
    }

    public sealed class DebuggableAttribute : System.Attribute
    {
        public System.Diagnostics.DebuggableAttribute.DebuggingModes DebuggingFlags { get => throw null; }
        public bool IsJITOptimizerDisabled { get => throw null; }
        public bool IsJITTrackingEnabled { get => throw null; }
        public DebuggableAttribute(System.Diagnostics.DebuggableAttribute.DebuggingModes modes) => throw null;
        public DebuggableAttribute(bool isJITTrackingEnabled, bool isJITOptimizerDisabled) => throw null;

        public enum DebuggingModes : int
        {
            None = 0,
            Default = 1,
            DisableOptimizations = 256,
            IgnoreSymbolStoreSequencePoints = 2,
            EnableEditAndContinue = 4,
        }
    }

    public static class Debugger
    {
        public static bool IsAttached { get => throw null; }
        public static void Break() => throw null;
    }

    public sealed class DebuggerBrowsableAttribute : System.Attribute
    {
        public System.Diagnostics.DebuggerBrowsableState State { get => throw null; }
        public DebuggerBrowsableAttribute(System.Diagnostics.DebuggerBrowsableState state) => throw null;
    }

    public enum DebuggerBrowsableState : int
    {
        Never = 0,
        Collapsed = 2,
        RootHidden = 3,
    }

    public sealed class DebuggerDisplayAttribute : System.Attribute
    {
        public System.Type Target { get => throw null; set => throw null; }
        public DebuggerDisplayAttribute(string value) => throw null;
        public string Name { get => throw null; set => throw null; }
        public string TargetTypeName { get => throw null; set => throw null; }
        public string Type { get => throw null; set => throw null; }
        public string Value { get => throw null; }
    }

    public sealed class DebuggerHiddenAttribute : System.Attribute
    {
        public DebuggerHiddenAttribute() => throw null;
    }

    public sealed class DebuggerNonUserCodeAttribute : System.Attribute
    {
        public DebuggerNonUserCodeAttribute() => throw null;
    }

    public sealed class DebuggerStepThroughAttribute : System.Attribute
    {
        public DebuggerStepThroughAttribute() => throw null;
    }

    public sealed class DebuggerStepperBoundaryAttribute : System.Attribute
    {
        public DebuggerStepperBoundaryAttribute() => throw null;
    }

    public sealed class DebuggerTypeProxyAttribute : System.Attribute
    {
        public System.Type Target { get => throw null; set => throw null; }
        public DebuggerTypeProxyAttribute(System.Type type) => throw null;
        public DebuggerTypeProxyAttribute(string typeName) => throw null;
        public string ProxyTypeName { get => throw null; }
        public string TargetTypeName { get => throw null; set => throw null; }
    }

}

namespace System.Diagnostics.CodeAnalysis
{
    public sealed class AllowNullAttribute : System.Attribute
    {
        public AllowNullAttribute() => throw null;
    }

    public sealed class DisallowNullAttribute : System.Attribute
    {
        public DisallowNullAttribute() => throw null;
    }

    public sealed class DoesNotReturnAttribute : System.Attribute
    {
        public DoesNotReturnAttribute() => throw null;
    }

    public sealed class DoesNotReturnIfAttribute : System.Attribute
    {
        public bool ParameterValue { get => throw null; }
        public DoesNotReturnIfAttribute(bool parameterValue) => throw null;
    }

    public sealed class MaybeNullAttribute : System.Attribute
    {
        public MaybeNullAttribute() => throw null;
    }

    public sealed class MaybeNullWhenAttribute : System.Attribute
    {
        public bool ReturnValue { get => throw null; }
        public MaybeNullWhenAttribute(bool returnValue) => throw null;
    }

    public sealed class MemberNotNullAttribute : System.Attribute
    {
        public MemberNotNullAttribute(params string[] members) => throw null;
        public MemberNotNullAttribute(string member) => throw null;
        public string[] Members { get => throw null; }
    }

    public sealed class MemberNotNullWhenAttribute : System.Attribute
    {
        public bool ReturnValue { get => throw null; }
        public MemberNotNullWhenAttribute(bool returnValue, params string[] members) => throw null;
        public MemberNotNullWhenAttribute(bool returnValue, string member) => throw null;
        public string[] Members { get => throw null; }
    }

    public sealed class NotNullAttribute : System.Attribute
    {
        public NotNullAttribute() => throw null;
    }

    public sealed class NotNullIfNotNullAttribute : System.Attribute
    {
        public NotNullIfNotNullAttribute(string parameterName) => throw null;
        public string ParameterName { get => throw null; }
    }

    public sealed class NotNullWhenAttribute : System.Attribute
    {
        public bool ReturnValue { get => throw null; }
        public NotNullWhenAttribute(bool returnValue) => throw null;
    }
}

namespace System.Globalization
{
    public class CultureInfo
    {
        public CultureInfo(string name) => throw null;
        public override string ToString() => throw null;
        public static System.Globalization.CultureInfo CurrentUICulture { get => throw null; }
        public virtual System.Globalization.CultureInfo Parent { get => throw null; }
        public virtual System.Globalization.DateTimeFormatInfo DateTimeFormat { get => throw null; }
        public virtual System.Globalization.NumberFormatInfo NumberFormat { get => throw null; }
        public virtual string Name { get => throw null; }
    }

    public sealed class DateTimeFormatInfo
    {
        public static System.Globalization.DateTimeFormatInfo CurrentInfo { get => throw null; }
        public string AMDesignator { get => throw null; }
        public string DateSeparator { get => throw null; }
        public string FullDateTimePattern { get => throw null; }
        public string LongDatePattern { get => throw null; }
        public string LongTimePattern { get => throw null; }
        public string MonthDayPattern { get => throw null; }
        public string PMDesignator { get => throw null; }
        public string RFC1123Pattern { get => throw null; }
        public string ShortDatePattern { get => throw null; }
        public string ShortTimePattern { get => throw null; }
        public string SortableDateTimePattern { get => throw null; }
        public string TimeSeparator { get => throw null; }
        public string UniversalSortableDateTimePattern { get => throw null; }
        public string YearMonthPattern { get => throw null; }
        public string[] AbbreviatedDayNames { get => throw null; }
        public string[] AbbreviatedMonthNames { get => throw null; }
        public string[] DayNames { get => throw null; }
        public string[] MonthNames { get => throw null; }
        internal DateTimeFormatInfo() => throw null;
    }

    public sealed class NumberFormatInfo
    {
        public int[] NumberGroupSizes { get => throw null; }
        public static System.Globalization.NumberFormatInfo CurrentInfo { get => throw null; }
        public string NegativeSign { get => throw null; }
        public string NumberDecimalSeparator { get => throw null; }
        public string NumberGroupSeparator { get => throw null; }
        public string PositiveSign { get => throw null; }
        internal NumberFormatInfo() => throw null;
    }
}

namespace System.IO
{
    public class IOException : System.SystemException
    {
        public IOException() => throw null;
        public IOException(string message) => throw null;
        public IOException(string message, System.Exception innerException) => throw null;
        public IOException(string message, int hresult) => throw null;
    }
}

namespace System.Reflection
{
    public class Assembly
    {
        public System.Reflection.AssemblyName GetName() => throw null;
        internal Assembly() => throw null;
        public static System.Reflection.Assembly GetAssembly(System.Type type) => throw null;
        public static System.Reflection.Assembly Load(byte[] rawAssembly) => throw null;
        public virtual System.Type GetType(string name) => throw null;
        public virtual System.Type GetType(string name, bool throwOnError) => throw null;
        public virtual System.Type[] GetTypes() => throw null;
        public virtual string FullName { get => throw null; }
    }

    public sealed class AssemblyCompanyAttribute : System.Attribute
    {
        public AssemblyCompanyAttribute(string company) => throw null;
        public string Company { get => throw null; }
    }

    public sealed class AssemblyConfigurationAttribute : System.Attribute
    {
        public AssemblyConfigurationAttribute(string configuration) => throw null;
        public string Configuration { get => throw null; }
    }

    public sealed class AssemblyCopyrightAttribute : System.Attribute
    {
        public AssemblyCopyrightAttribute(string copyright) => throw null;
        public string Copyright { get => throw null; }
    }

    public sealed class AssemblyCultureAttribute : System.Attribute
    {
        public AssemblyCultureAttribute(string culture) => throw null;
        public string Culture { get => throw null; }
    }

    public sealed class AssemblyDefaultAliasAttribute : System.Attribute
    {
        public AssemblyDefaultAliasAttribute(string defaultAlias) => throw null;
        public string DefaultAlias { get => throw null; }
    }

    public sealed class AssemblyDelaySignAttribute : System.Attribute
    {
        public bool DelaySign { get => throw null; }
        public AssemblyDelaySignAttribute(bool delaySign) => throw null;
    }

    public sealed class AssemblyDescriptionAttribute : System.Attribute
    {
        public AssemblyDescriptionAttribute(string description) => throw null;
        public string Description { get => throw null; }
    }

    public sealed class AssemblyFileVersionAttribute : System.Attribute
    {
        public AssemblyFileVersionAttribute(string version) => throw null;
        public string Version { get => throw null; }
    }

    public sealed class AssemblyFlagsAttribute : System.Attribute
    {
        public AssemblyFlagsAttribute(System.Reflection.AssemblyNameFlags assemblyFlags) => throw null;
        public AssemblyFlagsAttribute(uint flags) => throw null;
        public uint Flags { get => throw null; }
    }

    public sealed class AssemblyInformationalVersionAttribute : System.Attribute
    {
        public AssemblyInformationalVersionAttribute(string informationalVersion) => throw null;
        public string InformationalVersion { get => throw null; }
    }

    public sealed class AssemblyKeyFileAttribute : System.Attribute
    {
        public AssemblyKeyFileAttribute(string keyFile) => throw null;
        public string KeyFile { get => throw null; }
    }

    public sealed class AssemblyKeyNameAttribute : System.Attribute
    {
        public AssemblyKeyNameAttribute(string keyName) => throw null;
        public string KeyName { get => throw null; }
    }

    public sealed class AssemblyName
    {
        public System.Version Version { get => throw null; }
        public string FullName { get => throw null; }
        public string Name { get => throw null; }
        internal AssemblyName() => throw null;
    }

    public enum AssemblyNameFlags : int
    {
        None = 0,
        PublicKey = 1,
        EnableJITcompileOptimizer = 16384,
        EnableJITcompileTracking = 32768,
        Retargetable = 256,
    }

    public sealed class AssemblyProductAttribute : System.Attribute
    {
        public AssemblyProductAttribute(string product) => throw null;
        public string Product { get => throw null; }
    }

    public sealed class AssemblyTitleAttribute : System.Attribute
    {
        public AssemblyTitleAttribute(string title) => throw null;
        public string Title { get => throw null; }
    }

    public sealed class AssemblyTrademarkAttribute : System.Attribute
    {
        public AssemblyTrademarkAttribute(string trademark) => throw null;
        public string Trademark { get => throw null; }
    }

    public sealed class AssemblyVersionAttribute : System.Attribute
    {
        public AssemblyVersionAttribute(string version) => throw null;
        public string Version { get => throw null; }
    }

    public abstract class Binder
    {
        protected Binder() => throw null;
    }

    public enum BindingFlags : int
    {
        Default = 0,
        IgnoreCase = 1,
        DeclaredOnly = 2,
        Instance = 4,
        Static = 8,
        Public = 16,
        NonPublic = 32,
        FlattenHierarchy = 64,
        InvokeMethod = 256,
        CreateInstance = 512,
        GetField = 1024,
        SetField = 2048,
        GetProperty = 4096,
        SetProperty = 8192,
        PutDispProperty = 16384,
        PutRefDispProperty = 32768,
        ExactBinding = 65536,
        SuppressChangeType = 131072,
        OptionalParamBinding = 262144,
        IgnoreReturn = 16777216,
    }

    public abstract class ConstructorInfo : System.Reflection.MethodBase
    {
        public object Invoke(object[] parameters) => throw null;
        public override System.Reflection.MemberTypes MemberType { get => throw null; }
        public override object[] GetCustomAttributes(bool inherit) => throw null;
        protected ConstructorInfo() => throw null;
    }

    public sealed class DefaultMemberAttribute : System.Attribute
    {
        public DefaultMemberAttribute(string memberName) => throw null;
        public string MemberName { get => throw null; }
    }

    public abstract class FieldInfo : System.Reflection.MemberInfo
    {
        public abstract System.Type FieldType { get; }
        public abstract object GetValue(object obj);
        public override System.Reflection.MemberTypes MemberType { get => throw null; }
        public override object[] GetCustomAttributes(bool inherit) => throw null;
        protected FieldInfo() => throw null;
        public virtual void SetValue(object obj, object value) => throw null;
    }

    public interface IReflect
    {
        System.Reflection.FieldInfo GetField(string name, System.Reflection.BindingFlags bindingAttr);
        System.Reflection.MethodInfo GetMethod(string name, System.Reflection.BindingFlags bindingAttr);
    }

    public abstract class MemberInfo
    {
        public abstract System.Reflection.MemberTypes MemberType { get; }
        public abstract System.Type DeclaringType { get; }
        public abstract object[] GetCustomAttributes(bool inherit);
        public abstract string Name { get; }
        protected MemberInfo() => throw null;
    }

    public enum MemberTypes : int
    {
        Constructor = 1,
        Event = 2,
        Field = 4,
        Method = 8,
        Property = 16,
        TypeInfo = 32,
        Custom = 64,
        NestedType = 128,
        All = 191,
    }

    public abstract class MethodBase : System.Reflection.MemberInfo
    {
        public abstract System.Reflection.ParameterInfo[] GetParameters();
        public bool IsAbstract { get => throw null; }
        public bool IsFinal { get => throw null; }
        public bool IsPublic { get => throw null; }
        public bool IsStatic { get => throw null; }
        public bool IsVirtual { get => throw null; }
        public object Invoke(object obj, object[] parameters) => throw null;
        public override System.Type DeclaringType { get => throw null; }
        public override string Name { get => throw null; }
        protected MethodBase() => throw null;
    }

    public enum MethodImplAttributes : int
    {
        CodeTypeMask = 3,
        IL = 0,
        Native = 1,
        OPTIL = 2,
        Runtime = 3,
        ManagedMask = 4,
        Unmanaged = 4,
        Managed = 0,
        ForwardRef = 16,
        PreserveSig = 128,
        InternalCall = 4096,
        Synchronized = 32,
        NoInlining = 8,
        MaxMethodImplVal = 65535,
    }

    public abstract class MethodInfo : System.Reflection.MethodBase
    {
        public abstract System.Type ReturnType { get; }
        public override System.Reflection.MemberTypes MemberType { get => throw null; }
        protected MethodInfo() => throw null;
    }

    public abstract class ParameterInfo
    {
        protected ParameterInfo() => throw null;
        public virtual System.Type ParameterType { get => throw null; }
    }

    public enum ProcessorArchitecture : int
    {
        None = 0,
        MSIL = 1,
        X86 = 2,
        IA64 = 3,
        Amd64 = 4,
    }

    public abstract class PropertyInfo : System.Reflection.MemberInfo
    {
        public abstract System.Type PropertyType { get; }
        protected PropertyInfo() => throw null;
        public virtual object GetValue(object obj, object[] index) => throw null;
        public virtual void SetValue(object obj, object value, object[] index) => throw null;
    }
}

namespace System.Runtime.CompilerServices
{
    public sealed class AccessedThroughPropertyAttribute : System.Attribute
    {
        public AccessedThroughPropertyAttribute(string propertyName) => throw null;
        public string PropertyName { get => throw null; }
    }

    public sealed class CallerArgumentExpressionAttribute : System.Attribute
    {
        public CallerArgumentExpressionAttribute(string parameterName) => throw null;
        public string ParameterName { get => throw null; }
    }

    public sealed class CallerMemberNameAttribute : System.Attribute
    {
        public CallerMemberNameAttribute() => throw null;
    }

    public sealed class ExtensionAttribute : System.Attribute
    {
        public ExtensionAttribute() => throw null;
    }

    public sealed class IndexerNameAttribute : System.Attribute
    {
        public IndexerNameAttribute(string indexerName) => throw null;
    }

    public sealed class InternalsVisibleToAttribute : System.Attribute
    {
        public InternalsVisibleToAttribute(string assemblyName) => throw null;
        public string AssemblyName { get => throw null; }
    }

    public static class IsExternalInit
    {
    }

    public enum MethodCodeType : int
    {
        IL = 0,
        Native = 1,
        OPTIL = 2,
        Runtime = 3,
    }

    public sealed class MethodImplAttribute : System.Attribute
    {
        public System.Runtime.CompilerServices.MethodImplOptions Value { get => throw null; }
        public MethodImplAttribute() => throw null;
        public MethodImplAttribute(System.Runtime.CompilerServices.MethodImplOptions methodImplOptions) => throw null;
        public MethodImplAttribute(short _value) => throw null;
        public System.Runtime.CompilerServices.MethodCodeType MethodCodeType;
    }

    public enum MethodImplOptions : int
    {
        Unmanaged = 4,
        ForwardRef = 16,
        PreserveSig = 128,
        InternalCall = 4096,
        Synchronized = 32,
        NoInlining = 8,
    }

    public static class RuntimeHelpers
    {
        public static int OffsetToStringData { get => throw null; }
        public static object GetObjectValue(object obj) => throw null;
        public static void InitializeArray(System.Array array, System.RuntimeFieldHandle fldHandle) => throw null;
        public static void RunClassConstructor(System.RuntimeTypeHandle type) => throw null;
    }
}

namespace System.Runtime.InteropServices
{
    public enum CharSet : int
    {
        None = 1,
        Ansi = 2,
        Unicode = 3,
        Auto = 4,
    }

    public sealed class ComVisibleAttribute : System.Attribute
    {
        public bool Value { get => throw null; }
        public ComVisibleAttribute(bool visibility) => throw null;
    }

    public sealed class GuidAttribute : System.Attribute
    {
        public GuidAttribute(string guid) => throw null;
        public string Value { get => throw null; }
    }

    public enum LayoutKind : int
    {
        Sequential = 0,
        Explicit = 2,
        Auto = 3,
    }

    public sealed class OutAttribute : System.Attribute
    {
        public OutAttribute() => throw null;
    }

    public sealed class StructLayoutAttribute : System.Attribute
    {
        public System.Runtime.InteropServices.LayoutKind Value { get => throw null; }
        public StructLayoutAttribute(System.Runtime.InteropServices.LayoutKind layoutKind) => throw null;
        public StructLayoutAttribute(short layoutKind) => throw null;
        public System.Runtime.InteropServices.CharSet CharSet;
        public int Pack;
        public int Size;
    }
}

namespace System.Runtime.Versioning
{
    public sealed class TargetFrameworkAttribute : System.Attribute
    {
        public TargetFrameworkAttribute(string frameworkName) => throw null;
        public string FrameworkDisplayName { get => throw null; set => throw null; }
        public string FrameworkName { get => throw null; }
    }
}

namespace System.Threading
{
    public sealed class AutoResetEvent : System.Threading.WaitHandle
    {
        public bool Reset() => throw null;
        public bool Set() => throw null;
        public AutoResetEvent(bool initialState) => throw null;
    }

    public static class Interlocked
    {
        public static int CompareExchange(ref int location1, int value, int comparand) => throw null;
        public static int Decrement(ref int location) => throw null;
        public static int Exchange(ref int location1, int value) => throw null;
        public static int Increment(ref int location) => throw null;
    }

    public sealed class ManualResetEvent : System.Threading.WaitHandle
    {
        public bool Reset() => throw null;
        public bool Set() => throw null;
        public ManualResetEvent(bool initialState) => throw null;
    }

    public static class Monitor
    {
        public static void Enter(object obj) => throw null;
        public static void Exit(object obj) => throw null;
    }

    public struct SpinWait
    {
        public void SpinOnce() => throw null;
    }

    public sealed class Thread
    {
        public System.Threading.ThreadPriority Priority { get => throw null; set => throw null; }
        public System.Threading.ThreadState ThreadState { get => throw null; }
        public bool IsAlive { get => throw null; }
        public bool Join(System.TimeSpan timeout) => throw null;
        public bool Join(int millisecondsTimeout) => throw null;
        public Thread(System.Threading.ThreadStart start) => throw null;
        public int ManagedThreadId { get => throw null; }
        public static System.Threading.Thread CurrentThread { get => throw null; }
        public static void Sleep(System.TimeSpan timeout) => throw null;
        public static void Sleep(int millisecondsTimeout) => throw null;
        public static void SpinWait(int iterations) => throw null;
        public void Abort() => throw null;
        public void Join() => throw null;
        public void Resume() => throw null;
        public void Start() => throw null;
        public void Suspend() => throw null;
    }

    public sealed class ThreadAbortException : System.SystemException
    {
        internal ThreadAbortException() => throw null;
    }

    public enum ThreadPriority : int
    {
        Lowest = 0,
        BelowNormal = 1,
        Normal = 2,
        AboveNormal = 3,
        Highest = 4,
    }

    public delegate void ThreadStart();

    public enum ThreadState : int
    {
        Running = 0,
        StopRequested = 1,
        SuspendRequested = 2,
        Background = 4,
        Unstarted = 8,
        Stopped = 16,
        WaitSleepJoin = 32,
        Suspended = 64,
        AbortRequested = 128,
        Aborted = 256,
    }

    public static class Timeout
    {
        public const int Infinite = -1;
        public static readonly System.TimeSpan InfiniteTimeSpan;
    }

    public sealed class Timer : System.MarshalByRefObject, System.IDisposable
    {
        public bool Change(System.TimeSpan dueTime, System.TimeSpan period) => throw null;
        public bool Change(int dueTime, int period) => throw null;
        public Timer(System.Threading.TimerCallback callback, object state, System.TimeSpan dueTime, System.TimeSpan period) => throw null;
        public Timer(System.Threading.TimerCallback callback, object state, int dueTime, int period) => throw null;
        public void Dispose() => throw null;
    }

    public delegate void TimerCallback(object state);

    public abstract class WaitHandle : System.MarshalByRefObject
    {
        public const int WaitTimeout = 258;
        protected WaitHandle() => throw null;
        public static bool WaitAll(System.Threading.WaitHandle[] waitHandles) => throw null;
        public static bool WaitAll(System.Threading.WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext) => throw null;
        public static int WaitAny(System.Threading.WaitHandle[] waitHandles) => throw null;
        public static int WaitAny(System.Threading.WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext) => throw null;
        public virtual bool WaitOne() => throw null;
        public virtual bool WaitOne(int millisecondsTimeout, bool exitContext) => throw null;
    }
}
