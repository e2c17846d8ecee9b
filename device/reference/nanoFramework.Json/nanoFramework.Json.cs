// Signatures of nanoFramework.Json 2.2.213.0 (.NET nanoFramework v1). Bodies are never run: the board has the real assembly.
[assembly: System.Reflection.AssemblyVersion("2.2.213.0")]

namespace nanoFramework.Json
{
    public class DeserializationException : System.Exception
    {
        public DeserializationException() => throw null;
    }

    public static class JsonConvert
    {
        public static object DeserializeObject(string value, System.Type type) => throw null;
        public static string SerializeObject(object oSource) => throw null;
    }
}
